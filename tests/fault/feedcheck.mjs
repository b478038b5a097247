// What must be true of any hub's feed and audit tree: each query counts what
// is wrong.

export const FEED_FAULTS = {
	"gaps in seq": `
		SELECT count(*) FROM (
			SELECT seq, row_number() OVER (ORDER BY seq) AS n FROM feed) f
		WHERE seq <> n;`,
	"head not at the last seq": `
		SELECT count(*) FROM feed_head h
		WHERE h.seq <> (SELECT coalesce(max(seq), 0) FROM feed);`,
	"wrong prev": `
		SELECT count(*) FROM (
			SELECT prev, coalesce(lag(seq) OVER (
				PARTITION BY recipient ORDER BY seq), 0) AS before FROM feed) f
		WHERE prev <> before;`,
	"events not numbered": "SELECT count(*) FROM event_queue;",
	"leaves not numbered": "SELECT count(*) FROM audit_queue;",
	"gaps in the tree": `
		SELECT count(*) FROM (
			SELECT idx, row_number() OVER (ORDER BY idx) - 1 AS n
			FROM audit_leaf) l WHERE idx <> n;`,
	"head not at the last leaf": `
		SELECT count(*) FROM feed_head h
		WHERE h.leaves <> (SELECT count(*) FROM audit_leaf);`,
	"audited acts not once in the tree": `
		SELECT count(*) FROM (
			SELECT leaf, count(*) AS n FROM audit GROUP BY leaf) a
		FULL JOIN (
			SELECT leaf, count(*) AS n FROM audit_leaf GROUP BY leaf) l
		USING (leaf) WHERE a.n IS DISTINCT FROM l.n;`,
};
