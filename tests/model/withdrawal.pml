/*
 * How a consent ends everywhere (api-spec/PROTOCOL.md, sections 6 to 11): one
 * consent, one summary under it, the holder's node, the hub, two recipients.
 *
 * A step between two semicolons outside an atomic block is one commit of one
 * database, so a crash is what it does to the messages: each of FAULTS loses
 * an answer, a page, or a courier's memory of what is on its way.  What was
 * sent before stays in the network and may arrive at any later time, in any
 * order, so a late duplicate of everything exists.  Partition is that a
 * process is not scheduled for as long as it pleases the search.  The hub's
 * memory of Idempotency-Keys ends after 30 days, so the model has none.
 *
 *	make model		(tests/model/run.mjs chooses what is run)
 *
 * Safety, at every step (CHECK):
 *	- the withdrawal is acknowledged: the hub has no content, and nothing
 *	  that arrives later brings one;
 *	- the hub says "purged" of a recipient that may no longer read: the
 *	  recipient holds no copy;
 *	- a recipient that gave its receipt for the end never holds one again;
 *	- no recipient goes from a version to an older one.
 * Liveness (ltl purges), with weak fairness and a last fault: once the family
 * has withdrawn, hub and recipients come to rest without content, and of
 * everyone to whom it was ever given the hub has the receipt.  And (ltl
 * rests) though nobody withdraws (STAYS), of everyone who may not read.
 *
 * The story: both are named and the summary is shared; perhaps the second is
 * left out by the next version; perhaps the summary is shared anew; withdrawn
 * at any moment.  ONE has only the second recipient, REGRANT names it again
 * and leaves it out again, EXPIRY lets the date pass at any moment.
 *
 * Broken on purpose, which the suite refutes:
 *	BROKEN_TOMBSTONE  a publication does not look at the tombstone
 *	BROKEN_ACK        a withdrawal is acknowledged before its events are kept
 *	BROKEN_CURSOR     a courier keeps the cursor before the events
 *	BROKEN_CANCEL     withdrawing cancels nothing and waits in the one lane
 *	                  behind an item that is never settled
 *	BROKEN_RECEIPT    a receipt names the summary's version, which narrowing
 *	                  does not change: one that is late over "left out, named
 *	                  again, ended" is taken for the purge of the copy that
 *	                  was given in between
 *	BROKEN_SILENCE    and a purge of what is a tombstone of that version has
 *	                  no receipt: "left out, named, left out" while the
 *	                  recipient is away leaves the hub waiting for ever
 */
#ifndef FAULTS
#define FAULTS	2
#endif
#define R	2		/* recipients */
#ifdef REGRANT
#define ONE
#endif
#define ITEMS	7		/* of the holder's outbox */
#define EVENTS	8		/* of one recipient's feed */
#define NONE	255

mtype:item = { GRANT, SHARE, WITHDRAW };
mtype:place = { FREE, QUEUED, DONE, CANCELLED };
mtype:consent = { UNSEEN, ACTIVE, EXPIRED, WITHDRAWN };
mtype:copy = { UNKNOWN, HELD, TOMB };

byte faults = FAULTS;

/* The holder's node: its outbox, in order of id; what is on its way, by lane. */
typedef outbox_item { mtype:item kind; byte version; mtype:place state };
outbox_item outbox[ITEMS];
byte items;
byte flying[2] = NONE;		/* lane 0 normal, 1 withdrawal */
bit asked;			/* the family has withdrawn */

/* The network: how many copies of each item are in it, in no order. */
byte net[ITEMS];

/* The hub. */
mtype:consent consent = UNSEEN;
byte consent_version;
bit due;			/* its date has passed */
byte content;			/* version of the summary's content, 0: none */
byte summary_version;
bit named[R];
bit given[R];			/* a delivery row: a copy was queued */
bit purged[R];			/* and its purge acknowledged */
#ifdef BROKEN_RECEIPT
byte delivery_version[R];
#endif
bit acked;			/* the withdrawal's answer has left */
byte queued[R];			/* events committed: 1 to queued */
byte numbered[R];		/* and in the feed, in the sequencer's order */
typedef events { bit put[EVENTS]; byte version[EVENTS] };
events feed[R];

/* The recipients: mirror, cursor, and receipts that wait in their outbox. */
mtype:copy copy[R] = UNKNOWN;
byte copy_version[R];
byte cursor[R];
bit final[R];			/* has given the receipt for the end */
chan receipts[R] = [EVENTS] of { byte, byte };	/* version, seq */
typedef receipt { bit there; byte about; byte at };
receipt stray[R];		/* a receipt sent twice, late */

#define LIVE(r) \
	(consent == ACTIVE && !due && named[r] && content > 0)
#define SETTLED(r) \
	(copy[r] != HELD && (!given[r] || purged[r]))

#define CHECK1(r) \
	assert(!(purged[r] && given[r] && !LIVE(r) && copy[r] == HELD)); \
	assert(!(final[r] && copy[r] == HELD))
#define CHECK \
	assert(!(acked && (content > 0 || LIVE(0) || LIVE(1)))); \
	CHECK1(0); CHECK1(1)

inline add(what, number)
{
	outbox[items].kind = what;
	outbox[items].version = number;
	outbox[items].state = QUEUED;
	items++
}

inline event(r, is_put)
{
	assert(queued[r] + 1 < EVENTS);
	queued[r]++;
	feed[r].put[queued[r]] = is_put;
	feed[r].version[queued[r]] = summary_version
}

/* A delivery row, made or begun anew after a purge. */
inline deliver(r, anew)
{
	if
	:: !given[r] || purged[r] || anew ->
		given[r] = 1; purged[r] = 0;
#ifdef BROKEN_RECEIPT
		delivery_version[r] = content
#endif
	:: else
	fi
}

/*
 * The holder's people: they grant to both, share, leave the second out, name
 * it again, leave it out again, share anew, and withdraw at any moment.
 */
active proctype Holder()
{
	atomic { add(GRANT, 1); add(SHARE, 1) };
	if :: atomic { add(GRANT, 2) } :: skip fi;
#ifdef REGRANT
	if :: atomic { add(GRANT, 3) } :: skip fi;
	if :: atomic { add(GRANT, 4) } :: skip fi;
#endif
	if :: atomic { add(SHARE, 2) } :: skip fi;
#ifndef STAYS
	byte i;
	atomic {
		asked = 1;
#ifndef BROKEN_CANCEL
		for (i : 0 .. ITEMS - 1) {
			if
			:: outbox[i].state == QUEUED -> outbox[i].state = CANCELLED
			:: else
			fi
		};
#endif
		i = 0;
		add(WITHDRAW, 0)
	}
#endif
}

#ifdef BROKEN_CANCEL
#define LANE(kind)	0
#else
#define LANE(kind)	(kind == WITHDRAW -> 1 : 0)
#endif

/* The first that waits in a lane is sent, when nothing of it is on its way. */
inline send(lane, i)
{
	atomic {
		flying[lane] == NONE ->
		i = 0;
		do
		:: i == items -> break
		:: i < items && outbox[i].state == QUEUED &&
		    LANE(outbox[i].kind) == lane -> break
		:: else -> i++
		od;
		if
		:: i < items ->
			flying[lane] = i;
			net[i]++
		:: else
		fi;
		i = 0
	}
}

/* Is there anything to send in the lane? */
#define W(i, lane) (i < items && outbox[i].state == QUEUED && \
	LANE(outbox[i].kind) == lane)
#define WAITS(lane) (W(0,lane) || W(1,lane) || W(2,lane) || W(3,lane) || \
	W(4,lane) || W(5,lane) || W(6,lane))

/* A request or its courier is lost; what was sent may still arrive. */
inline lose(lane)
{
	atomic {
		faults > 0 && flying[lane] != NONE ->
		faults--;
		flying[lane] = NONE
	}
}

active proctype HolderCourier()
{
	byte i;

end:	do
	:: WAITS(0) -> send(0, i)
	:: lose(0)
	od
}

active proctype WithdrawalLane()
{
	byte i;

end:	do
	:: WAITS(1) -> send(1, i)
	:: lose(1)
	od
}

/* The answer settles the item, unless nobody waits for it or it is lost. */
inline reply(kind, i)
{
	if
	:: flying[LANE(kind)] == i ->
		flying[LANE(kind)] = NONE;
		if
#ifdef BROKEN_CANCEL
		:: kind != SHARE ->
#else
		:: true ->
#endif
			outbox[i].state = DONE
#ifdef BROKEN_CANCEL
		:: kind == SHARE	/* stays first in its lane */
#endif
		:: faults > 0 -> faults--
		fi
	:: else
	fi
}

/* hub/sql/statements/consent.sql: consent_put */
inline grant(number)
{
	if
	:: (consent == UNSEEN || consent == ACTIVE && !due) &&
	    number > consent_version ->
		consent = ACTIVE;
		consent_version = number;
		if
		:: content > 0 && named[1] && number % 2 == 0 -> event(1, 0)
		:: else
		fi;
#ifndef ONE
		named[0] = 1;
#endif
		named[1] = number % 2;
		if
		:: content > 0 ->
			if
			:: named[0] -> deliver(0, 0); event(0, 1)
			:: else
			fi;
			if
			:: named[1] -> deliver(1, 0); event(1, 1)
			:: else
			fi
		:: else
		fi
	:: else			/* stale, or ended */
	fi
}

/* hub/sql/statements/summary.sql: consent_lock, summary_put */
inline share(number)
{
	if
#ifdef BROKEN_TOMBSTONE
	:: consent != UNSEEN && number >= summary_version ->
#else
	:: consent == ACTIVE && !due && number > summary_version ->
#endif
		content = number;
		summary_version = number;
		if
		:: named[0] -> deliver(0, 1); event(0, 1)
		:: else
		fi;
		if
		:: named[1] -> deliver(1, 1); event(1, 1)
		:: else
		fi
	:: else
	fi
}

/* Content goes and everyone to whom it was ever given is told. */
inline erase()
{
	if
	:: content > 0 ->
		content = 0;
		summary_version++;
#ifndef BROKEN_ACK
		if :: given[0] -> event(0, 0) :: else fi;
		if :: given[1] -> event(1, 0) :: else fi
#else
		untold = 1
#endif
	:: else
	fi
}

active proctype Hub()
{
	mtype:item kind;
	byte number, i;
#ifdef BROKEN_ACK
	bit untold;
#endif

end:	do
	:: atomic {
		if
		:: net[0] > 0 -> i = 0
		:: net[1] > 0 -> i = 1
		:: net[2] > 0 -> i = 2
		:: net[3] > 0 -> i = 3
		:: net[4] > 0 -> i = 4
		:: net[5] > 0 -> i = 5
		:: net[6] > 0 -> i = 6
		fi;
		net[i]--;
		kind = outbox[i].kind;
		number = outbox[i].version;
		if
		:: kind == GRANT -> grant(number)
		:: kind == SHARE -> share(number)
		:: kind == WITHDRAW && consent != WITHDRAWN ->
			consent = WITHDRAWN;
			erase();
			acked = 1
		:: else		/* a repeat finds the same receipt */
		fi;
		reply(kind, i);
		number = 0; i = 0; kind = 0;
		CHECK
	   }
	/* The sweep latches what has run out. */
	:: atomic {
		consent == ACTIVE && due ->
		consent = EXPIRED;
		erase();
		CHECK
	   }
#ifdef BROKEN_ACK
	:: atomic {
		untold ->
		untold = 0;
		if
		:: true ->
			if :: given[0] -> event(0, 0) :: else fi;
			if :: given[1] -> event(1, 0) :: else fi
		:: true		/* the hub is killed */
		fi
	   }
#endif
	od
}

#ifdef EXPIRY
active proctype Clock()
{
	if
	:: atomic { consent == ACTIVE -> due = 1; CHECK }
	:: skip
	fi
}
#endif

active proctype Sequencer()
{
end:	do
	:: atomic {
		numbered[0] < queued[0] || numbered[1] < queued[1] ->
		numbered[0] = queued[0];
		numbered[1] = queued[1]
	   }
	od
}

/*
 * hub/sql/statements/summary.sql: delivery_lock, summary_purge.  What is queued
 * counts though it has no number yet: it would be safe without (a put that
 * nobody has read is told as a purge), and the receipt would be older than
 * what it is kept for.
 */
inline record(r, number, seq)
{
	byte later = seq + 1;

#ifndef BROKEN_RECEIPT
	do
	:: later <= queued[r] && !feed[r].put[later] -> later++
	:: else -> break
	od;
	if
	:: given[r] && !purged[r] && !LIVE(r) && later > queued[r] ->
		purged[r] = 1
	:: else
	fi;
#else
	if
	:: given[r] && !purged[r] && !LIVE(r) &&
	    delivery_version[r] <= number -> purged[r] = 1
	:: else
	fi;
#endif
	later = 0
}

/* node/sql/deploy/mirror.sql: feed_apply_event */
inline apply(r, is_put, number, seq)
{
	if
	:: is_put ->
		assert(number >= copy_version[r] || copy[r] == UNKNOWN);
		copy[r] = HELD;
		copy_version[r] = number
	:: else ->
#ifdef BROKEN_SILENCE
		if
		:: copy[r] != TOMB || copy_version[r] < number ->
			receipts[r]!number,seq
		:: else
		fi;
#else
		receipts[r]!number,seq;
#endif
		copy[r] = TOMB;
		copy_version[r] = number;
		if
		:: consent == WITHDRAWN && number == summary_version ->
			final[r] = 1
		:: else
		fi
	fi
}

/* A recipient's node and its courier. */
proctype Recipient(byte r)
{
	byte last = NONE, number, seq, about, when;
	bit live;

end:	do
	/* The hub answers with a page: documents are projected now. */
	:: atomic {
		last == NONE && numbered[r] > cursor[r] ->
		last = numbered[r];
		live = LIVE(r);
		number = content;
		assert(!(acked && live))
	   }
#ifdef BROKEN_CURSOR
	:: atomic {
		last != NONE && cursor[r] < last -> seq = cursor[r] + 1;
		cursor[r] = last
	   }
	:: atomic {
		last != NONE && cursor[r] == last ->
#else
	/* One transaction: the events, their receipts, the cursor. */
	:: atomic {
		last != NONE ->
		seq = cursor[r] + 1;
#endif
		do
		:: seq <= last ->
			if
			:: feed[r].put[seq] && live -> apply(r, 1, number, seq)
			:: else -> apply(r, 0, feed[r].version[seq], seq)
			fi;
			seq++
		:: else -> break
		od;
		cursor[r] = last;
		last = NONE; live = 0; number = 0; seq = 0;
		CHECK
	   }
#ifdef BROKEN_CURSOR
	:: atomic {	/* killed between the two */
		last != NONE && cursor[r] == last ->
		last = NONE; live = 0; number = 0; seq = 0
	   }
#endif
	/* The page is lost, or the courier that was to apply it. */
	:: atomic {
		last != NONE && faults > 0 ->
		faults--;
		last = NONE; live = 0; number = 0; seq = 0
	   }
	/* A receipt is delivered; its answer may be lost, and a copy be late. */
	:: atomic {
		receipts[r]?about,when ->
		record(r, about, when);
		about = 0; when = 0;
		CHECK
	   }
	:: atomic {
		faults > 0 && !stray[r].there && nempty(receipts[r]) ->
		receipts[r]?<about,when>;
		faults--;
		stray[r].there = 1;
		stray[r].about = about;
		stray[r].at = when;
		about = 0; when = 0
	   }
	:: atomic {
		stray[r].there ->
		record(r, stray[r].about, stray[r].at);
		stray[r].there = 0; stray[r].about = 0; stray[r].at = 0;
		CHECK
	   }
	od
}

/* Someone who reads, for ever: so every run of the model is infinite. */
active proctype Reader()
{
end:	do
	:: atomic { items > 0 -> CHECK }
	od
}

init {
	atomic {
#ifndef ONE
		run Recipient(0);
#endif
		run Recipient(1)
	}
}

ltl purges {
	[] (asked -> <> [] (consent == WITHDRAWN && content == 0 &&
	    SETTLED(0) && SETTLED(1)))
}

ltl rests {
	<> [] ((LIVE(0) || SETTLED(0)) && (LIVE(1) || SETTLED(1)))
}
