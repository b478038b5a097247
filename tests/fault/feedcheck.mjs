// What must be true of any hub's feed and audit: each query counts what
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
	"gaps in the chain": `
		SELECT count(*) FROM (
			SELECT idx, row_number() OVER (ORDER BY idx) - 1 AS n
			FROM audit_leaf) l WHERE idx <> n;`,
	"head not at the last leaf": `
		SELECT count(*) FROM feed_head h
		WHERE h.leaves <> (SELECT count(*) FROM audit_leaf);`,
	"leaves that do not follow the one before": `
		SELECT count(*) FROM (
			SELECT chain, sha256('\\x02'::bytea || coalesce(
				lag(chain) OVER (ORDER BY idx),
				(SELECT audit_genesis(log_id) FROM feed_head)) || leaf) AS want
			FROM audit_leaf) l WHERE chain <> want;`,
	"head not the last chain": `
		SELECT count(*) FROM feed_head h WHERE h.chain <> coalesce(
			(SELECT chain FROM audit_leaf ORDER BY idx DESC LIMIT 1),
			audit_genesis(h.log_id));`,
	"leaves that are not their row's": `
		SELECT count(*) FROM audit a WHERE leaf <> audit_leaf_of(at,
			consent_id, audit_details(leaf_salt, actor, request), event,
			kind, org, ref, role);`,
	"reads under two leaves": `
		SELECT count(*) FROM read_set s WHERE rows <> (
			SELECT count(*) FROM read_log l
			WHERE l.tx >= s.tx_from AND l.tx <= s.tx_to);`,
	"audited acts not once in the chain": `
		SELECT count(*) FROM (
			SELECT leaf, count(*) AS n FROM (
				SELECT leaf FROM audit
				UNION ALL SELECT leaf FROM read_set) x GROUP BY leaf) a
		FULL JOIN (
			SELECT leaf, count(*) AS n FROM audit_leaf GROUP BY leaf) l
		USING (leaf) WHERE a.n IS DISTINCT FROM l.n;`,
};
