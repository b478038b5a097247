// The one table of what everybody may: by operation, and where the operation
// has a subject, by row and by what the caller is to that row.
//
// What the scopes of the specification refuse, the tokens that open nothing,
// and the standing of the caller's organisation (403 organisation-suspended,
// organisation-blocked, where the operation documents them) are not said here:
// they are derived in matrix.mjs.  So a new operation without a subject is a
// line such as
//
//	listThings: { ok: "200" },
//
// and one with a subject says who finds which row; whatever is not said is
// 404, or `else` where the row is named in the body.  `standing` lists whom the
// standing does not keep from it; `disabled` is what a disabled account gets
// where it is not an empty answer; `writes` marks what changes its row: each of
// its successes gets a row of its own.

const open = (ok) => ({ ok });
const BY = (ok) => ({ holder: ok, admin: ok });
const CLOSED = {
	withdrawn: { holder: "410 consent-withdrawn", recipient: "410 consent-withdrawn" },
	expired: { holder: "410 consent-withdrawn", recipient: "410 consent-withdrawn" },
};
/* A coordination while it is worked on, by what the caller is to it: whom all
 * of its states have in common, and what each has besides. */
const COMMON = (of, rows = {}) => Object.fromEntries(["forming", "invited", "others",
	"left", "suspended", "of_suspended", "of_blocked", "elsewhere"].map((name) => [name, {
	...of, ...name === "of_blocked" && { coordinator: undefined, colleague: undefined },
	...rows[name] }]));
/* Whoever of the region's coordinators has it, and the others. */
const TEAM = (ok, others = ok) => ({ coordinator: ok, colleague: others });
const NOT_POSSIBLE = "409 step-not-possible";
const NOT_YOURS = "403 step-not-yours", ENDED = "410 consent-withdrawn";
/* A plan's: whoever is only invited does not see it; after the consent who was
 * in the team learns that it has ended, and whoever sees the rest that nothing
 * can be done. */
const PLAN = (of) => COMMON(of, {
	invited: { member: undefined },
	suspended: { ...Object.fromEntries(Object.keys(of).map((who) => [who, NOT_POSSIBLE])), ended: ENDED },
});
/* Written by the coordinator whose it is (or the case manager) alone. */
const LED = (ok) => PLAN({ holder: NOT_YOURS, member: NOT_YOURS, ...TEAM(ok, NOT_YOURS) });
/* Of an action of the holder's. */
const OWN = (ok) => PLAN({ holder: ok, member: NOT_YOURS });

const SHARED = {
	getHealth: open("200"), getReadiness: open("200"), getMetrics: open("200"),
	getOpenapi: open("200"), getReference: open("200"), getReferenceCss: open("200"),
	signIn: { ok: "200" },
	refreshSession: open("401 session-ended"),
	signOut: { ok: "204", writes: true },
	getMe: open("200"),
	changePassword: open("422 invalid"),
	enrolTotp: open("422 invalid"),
	confirmTotp: open("422 invalid"),
	listUsers: open("200"),
};

export const hub = {
	...SHARED,
	getAuthorizationServerMetadata: open("200"), getJwks: open("200"),
	issueToken: { ok: "200", refuses: { blocked: "403 organisation-blocked" } },
	createUser: { subject: "user", writes: true,
		rows: { absent: "201", person: "409 already-exists" } },
	updateUser: { subject: "user", writes: true, rows: { person: "200" } },
	listOrganisations: open("200"),
	getOrganisation: { subject: "organisation", rows: {
		own: "200", suspended: "200", blocked: "200" } },
	putOrganisation: { subject: "organisation", writes: true, rows: {
		own: "200", suspended: "200", blocked: "200", absent: "201" } },
	setOrganisationStatus: { subject: "organisation", writes: true, rows: {
		own: "200", suspended: "200", blocked: "200" } },
	putService: { subject: "service", writes: true, first: true, rows: {
		own: BY("200"), suspended: BY("200"), blocked: BY("200") } },
	deleteService: { subject: "service", writes: true, first: true, rows: {
		own: BY("204"), suspended: BY("204"), blocked: BY("204") } },
	createEnrolmentCode: { subject: "organisation", writes: true, rows: {
		own: "201", suspended: "201", blocked: "201" } },
	enrolOrganisation: open("403 enrolment-refused"),
	putKey: { subject: "key", writes: true, rows: { own: "201", absent: "201" } },
	putConsent: { subject: "consent", writes: true, first: true, rows: {
		active: { holder: "200" }, unnamed: { holder: "200" }, dropped: { holder: "200" },
		// Renewed as long as the sweep has not ended it.
		withdrawn: { holder: "410" }, expired: { holder: "200|409 stale" },
		of_suspended: { holder: "200" }, of_blocked: { holder: "200" }, absent: "201" } },
	getConsent: { subject: "consent", rows: {
		active: { holder: "200", recipient: "200" }, unnamed: { holder: "200" },
		dropped: { holder: "200", former: "410" },
		withdrawn: { holder: "200", recipient: "410" },
		expired: { holder: "200", recipient: "410" },
		of_suspended: { holder: "200", recipient: "200" },
		of_blocked: { holder: "200" } } },
	withdrawConsent: { subject: "consent", writes: true, first: true, standing: ["suspended"], rows: {
		active: { holder: "200" }, unnamed: { holder: "200" }, dropped: { holder: "200" },
		withdrawn: { holder: "200" }, expired: { holder: "200" },
		of_suspended: { holder: "200" }, of_blocked: { holder: "200" }, absent: "200" } },
	recordWithdrawal: { subject: "consent", writes: true, rows: {
		active: "200", unnamed: "200", dropped: "200", withdrawn: "200", expired: "200",
		of_suspended: "200", of_blocked: "200" } },
	listRecalls: open("200"),
	listDeliveries: { subject: "consent", standing: ["suspended"], rows: {
		active: { holder: "200" }, unnamed: { holder: "200" }, dropped: { holder: "200" },
		withdrawn: { holder: "200" }, expired: { holder: "200" },
		of_suspended: { holder: "200" }, of_blocked: { holder: "200" } } },
	listSummaries: open("200"),
	putSummary: { subject: "summary", writes: true, first: true, rows: {
		active: { holder: "200" }, unnamed: { holder: "200" }, dropped: { holder: "200" },
		withdrawn: { holder: "410" }, expired: { holder: "409 consent-not-active" },
		of_suspended: { holder: "200" }, of_blocked: { holder: "200" } } },
	getSummary: { subject: "summary", rows: { ...CLOSED,
		active: { holder: "200", recipient: "200" }, unnamed: { holder: "200" },
		dropped: { holder: "200", former: "410 consent-withdrawn" },
		of_suspended: { holder: "200", recipient: "200" },
		of_blocked: { holder: "200" } } },
	recordOpening: { subject: "summary", writes: true, rows: {
		active: { recipient: "200" }, dropped: { former: "200" },
		withdrawn: { recipient: "200" }, expired: { recipient: "200" },
		of_suspended: { recipient: "200" }, of_blocked: { recipient: "200" } } },
	recordPurge: { subject: "summary", writes: true, standing: ["suspended"], rows: {
		active: { recipient: "200" }, dropped: { former: "200" },
		withdrawn: { recipient: "200" }, expired: { recipient: "200" },
		of_suspended: { recipient: "200" }, of_blocked: { recipient: "200" } } },
	putFamilyCodes: { ok: "404", first: true },
	revokeFamilyCodes: { ok: "200", writes: true, standing: ["suspended"] },
	takeFamilyWord: { ok: "404", first: true, standing: ["suspended"] },
	answerFamilyWord: { ok: "404", first: true, standing: ["suspended"] },
	// Wrong, used and ended codes look the same; a visit opens these and no more.
	openFamilySession: open("401 family-code-refused"),
	endFamilySession: { ok: "204", writes: true },
	getFamilyFacts: open("200"),
	withdrawFamilyConsent: { ok: "200", writes: true },
	disagreeWithFact: open("404"),
	sendFamilyWords: { ok: "201", writes: true },
	// Questions that are there: tests/api/49-questions and 16-not-found.
	listExperts: open("200"),
	listQuestions: open("200"),
	putQuestion: { ok: "404|422 invalid", first: true },
	getQuestion: { ok: "404", first: true },
	assignQuestion: { ok: "404" },
	answerQuestion: { ok: "404" },
	adoptAnswer: { ok: "404", first: true },
	// Meetings that are there: tests/api/45-meetings and 16-not-found.
	listMeetings: open("200"),
	getMeeting: { ok: "404" },
	putMeeting: { ok: "201", writes: true, disabled: "404 not-found" },
	cancelMeeting: { ok: "404" },
	inviteToMeeting: { ok: "404" },
	takeBackInvitation: { ok: "404" },
	inviteFacilitator: { ok: "404" },
	removeFacilitator: { ok: "404" },
	answerMeeting: { ok: "404" },
	recordMeeting: { ok: "404" },
	putDecision: { ok: "404" },
	reportDecision: { ok: "404" },
	getMeetingMinutes: { ok: "404" },
	putMeetingSeries: { ok: "201", writes: true, disabled: "404 not-found" },
	cancelMeetingSeries: { ok: "404" }, // those that are there: tests/api/54-series
	listAgendaTemplates: open("200"),
	putAgendaTemplate: { ok: "201", writes: true, disabled: "404 not-found" },
	putHourPromise: { ok: "404", first: true }, // to whom one can: tests/api/53-hours
	getMeetingHours: open("200"),
	getPrintCss: open("200"),
	listCalendars: open("200"),
	createCalendar: { ok: "201", writes: true, disabled: "404 not-found" },
	revokeCalendar: { ok: "404" },
	readCalendar: open("404"),
	listDifficultyDefinitions: { ok: "200", standing: ["suspended"] },
	putDifficultyDefinition: { ok: "201", writes: true, disabled: "404 not-found" },
	adoptDifficultyDefinition: { ok: "404", first: true },
	readFeed: { ok: "200", standing: ["suspended"] },
	listAudit: open("200"), listAuditHeads: open("200"),
	exportAudit: { ok: "200", disabled: "404 not-found" },
	signAuditHead: { ok: "201", writes: true, disabled: "404 not-found" },
	putAuditHead: { ok: "201", writes: true, standing: ["suspended"] },
	listCoordinations: open("200"),
	requestCoordination: { subject: "summary", writes: true, first: true, rows: {
		active: { holder: "201" }, unnamed: { holder: "409 step-refused" },
		dropped: { holder: "409 step-refused" }, withdrawn: { holder: "409 step-refused" },
		expired: { holder: "409 step-refused" },
		of_suspended: { holder: "201" }, of_blocked: { holder: "201" } } },
	getCoordination: { subject: "coordination",
		rows: COMMON({ holder: "200", member: "200", ...TEAM("200") },
			{ suspended: { ended: "410 consent-withdrawn" } }) },
	listCoordinationSteps: { subject: "coordination",
		rows: COMMON({ holder: "200", member: "200", ...TEAM("200") }) },
	takeCoordinationStep: { subject: "coordination", writes: true,
		rows: COMMON({ holder: "403 step-not-yours", member: "403 step-not-yours",
			...TEAM("200", "403 step-not-yours") }) },
	setCoordinationConsent: { subject: "coordination", writes: true,
		rows: COMMON({ holder: "200", member: "404" },
			{ suspended: { holder: "409 step-refused" }, of_blocked: { hidden: "404" } }) },
	inviteMember: { subject: "coordination", writes: true,
		rows: COMMON(TEAM("201", "403 step-not-yours"), { suspended: { coordinator: NOT_POSSIBLE } }) },
	removeMember: { subject: "coordination", writes: true,
		rows: COMMON(TEAM("200", "403 step-not-yours")) },
	answerInvitation: { subject: "coordination", writes: true, rows: COMMON({ member: "200" },
		{ left: { former: NOT_POSSIBLE }, suspended: { ended: "200" },
			of_blocked: { hidden: "200" } }) },
	nameCaseManager: { subject: "coordination", writes: true,
		rows: COMMON({ holder: "200" }, { suspended: { holder: NOT_POSSIBLE } }) },
	assignCoordinator: { subject: "coordination", writes: true,
		rows: COMMON(TEAM("200")) },
	listReviews: { subject: "coordination", first: true,
		rows: COMMON({ holder: "200", member: "200", ...TEAM("200") },
			{ suspended: { ended: "410 consent-withdrawn" } }) },
	listKeyworkers: { subject: "coordination", first: true,
		rows: COMMON({ holder: "200", member: "200", ...TEAM("200") },
			{ suspended: { ended: "410 consent-withdrawn" } }) },
	// Reviews, keyworkers and handovers that are there: tests/api/47-reviews.
	getHandover: { subject: "coordination", first: true,
		rows: COMMON({}, { suspended: { ended: "410 consent-withdrawn" } }) },
	putHandover: { subject: "coordination", writes: true, first: true,
		rows: COMMON({ holder: "403 step-not-yours", member: "403 step-not-yours",
			...TEAM(NOT_POSSIBLE, "403 step-not-yours") },
		{ suspended: { ended: "410 consent-withdrawn" } }) },
	putReview: { ok: "404", first: true },
	putKeyworker: { ok: "404", first: true },
	getPlan: { subject: "coordination", first: true,
		rows: COMMON({ holder: "200", member: "200", ...TEAM("200") },
			{ invited: { member: undefined }, suspended: { ended: ENDED } }) },
	putPlan: { subject: "coordination", writes: true, first: true, rows: LED("200") },
	adoptFormulation: { subject: "coordination", writes: true, first: true,
		rows: PLAN({ holder: "200", member: "200" }) },
	recordFamilyView: { subject: "coordination", writes: true, first: true, rows: LED("200") },
	putGoal: { subject: "coordination", writes: true, first: true, rows: LED("200") },
	// Goals go with the consent.
	rateGoal: { subject: "coordination", writes: true, first: true, rows: { ...LED("201"), suspended: {} } },
	putWaymark: { subject: "coordination", writes: true, first: true, rows: LED("201") },
	putAction: { subject: "coordination", writes: true, first: true, rows: LED("200") },
	getAction: { subject: "coordination", first: true,
		rows: COMMON({ holder: "200", member: "200", ...TEAM("200") }, {
			invited: { member: undefined },
			suspended: { coordinator: undefined, colleague: undefined, ended: ENDED } }) },
	answerAction: { subject: "coordination", writes: true, first: true, rows: OWN("200") },
	reportAction: { subject: "coordination", writes: true, first: true, rows: LED("200") },
	noteAction: { subject: "coordination", writes: true, first: true, rows: OWN("201") },
	getFamilyPlan: open("404"), putFamilyPlanView: open("404"),
	listReminders: open("200"), listLessons: open("200"), getCoordinationTimes: open("200"),
	listAbsences: open("200"),
	putAbsence: { subject: "absence", writes: true, rows: {
		region: TEAM("200"), elsewhere: TEAM("200"), absent: "201" } },
	listDeadlineSets: open("200"),
	putDeadlineSet: { subject: "deadlines", writes: true, rows: {
		draft: "200", adopted: "409 already-adopted", absent: "201" } },
	adoptDeadlineSet: { subject: "deadlines", writes: true, rows: {
		draft: "200", adopted: "409 already-adopted" } },
};

/* Who works on a case, and the supervisor; an emergency opens the reads of a case. */
const WORK = (ok) => ({ owner: ok, supervisor: ok });
const READ = (ok) => ({ ...WORK(ok), emergency: ok });
const ALL = (of) => ({ active: of, withdrawn: of, expired: of });

export const node = {
	...SHARED,
	getPrintCss: open("200"),
	getMeetingMinutes: { ok: "404" }, // those that are there: tests/api/57-node-meetings
	listCalendars: open("200"),
	createCalendar: { ok: "201", writes: true, disabled: "404 not-found" },
	revokeCalendar: { ok: "404" }, // those that are there: tests/api/58-node-calendars
	readCalendar: open("404"),
	exportAudit: open("200"), listAuditHeads: open("200"),
	signAuditHead: { ok: "201", writes: true },
	createUser: { subject: "user", writes: true,
		rows: { absent: "201", person: "409 already-exists" } },
	updateUser: { subject: "user", writes: true, rows: { person: "200" } },
	createPerson: { subject: "case", writes: true,
		rows: { ...ALL(WORK("409 already-exists")), absent: "201" } },
	getPerson: { subject: "case", rows: ALL(READ("200")) },
	updatePerson: { subject: "case", writes: true, rows: ALL(WORK("200")) },
	searchPersons: open("200"), listCases: open("200"),
	createCase: { subject: "case", writes: true, else: "422 invalid", rows: ALL(WORK("201")) },
	getCase: { subject: "case", rows: ALL(READ("200")) },
	updateCase: { subject: "case", writes: true, rows: ALL(WORK("200")) },
	putNeeds: { subject: "case", writes: true, rows: ALL(WORK("200")) },
	listEpisodes: { subject: "case", rows: ALL(READ("200")) },
	putEpisode: { subject: "case", writes: true, rows: ALL(WORK("201")) },
	listOutcomes: { subject: "case", rows: ALL(READ("200")) },
	recordOutcome: { subject: "case", writes: true, rows: ALL({ owner: "201",
		supervisor: "403 scope-missing" }) },
	getNeeds: { subject: "case", rows: ALL(READ("200")) },
	listNeedLinks: { subject: "case", rows: ALL(READ("200")) },
	putNeedLink: { subject: "case", writes: true, rows: ALL(WORK("201")) },
	listVoices: { subject: "case", rows: ALL(READ("200")) },
	putVoice: { subject: "case", writes: true, rows: ALL(WORK("201")) },
	answerVoice: { subject: "case", writes: true, rows: ALL(WORK("200")) },
	listHelpers: { subject: "case", rows: ALL(READ("200")) },
	putHelper: { subject: "case", writes: true, rows: ALL(WORK("201")) },
	listNominations: { subject: "case", rows: ALL(READ("200")) },
	putNomination: { subject: "case", writes: true, rows: ALL(WORK("201")) },
	getHelpTable: { subject: "case", rows: ALL(READ("200")) },
	getPath: { subject: "case", rows: ALL(READ("200")) },
	putContinuity: { subject: "case", writes: true, rows: ALL(WORK("201")) },
	listGrids: { subject: "case", rows: ALL(READ("200")) },
	getGrid: { subject: "case", rows: ALL(READ("200")) },
	putGrid: { subject: "case", writes: true, rows: ALL(WORK("201")) },
	listConnections: { subject: "case", rows: ALL(READ("200")) },
	putConnection: { subject: "case", writes: true, rows: ALL(WORK("201")) },
	listPromptAnswers: { subject: "case", rows: ALL(READ("200")) },
	answerPrompt: { subject: "case", writes: true, rows: ALL(WORK("201")) },
	getDifficulty: { subject: "case", rows: ALL(READ("200")) },
	listDifficultyChecks: { subject: "case", rows: ALL(READ("200")) },
	recordDifficultyCheck: { subject: "case", writes: true, rows: ALL(WORK("201")) },
	listSignals: { subject: "case", rows: ALL(READ("200")) },
	listTeamRecords: { subject: "case", rows: ALL(READ("200")) },
	listConsents: { subject: "case", rows: ALL(READ("200")) },
	createConsent: { subject: "case", writes: true, rows: ALL(WORK("201")) },
	getConsent: { subject: "case", rows: ALL(READ("200")) },
	withdrawConsent: { subject: "case", writes: true, rows: ALL(WORK("200")) },
	listReceipts: { subject: "case", rows: ALL(READ("200")) },
	getConsentPrint: { subject: "case", rows: ALL(WORK("200")) },
	getWithdrawalPrint: { subject: "case", rows: { withdrawn: WORK("200") } },
	previewSummary: { subject: "case", rows: { active: WORK("200"),
		withdrawn: WORK("409 consent-not-active"), expired: WORK("409 consent-not-active") } },
	shareSummary: { subject: "case", writes: true, rows: { active: WORK("200"),
		withdrawn: WORK("409 consent-not-active"), expired: WORK("409 consent-not-active") } },
	getSharedSummary: { subject: "case", rows: ALL(READ("200")) },
	putChildLimit: { subject: "case", writes: true, rows: ALL(WORK("200")) },
	getChildLimit: { subject: "case", rows: ALL(WORK("200")) },
	createFamilyCodes: { subject: "case", writes: true, else: "422 invalid", rows: {
		active: WORK("201"), withdrawn: WORK("409 consent-not-active"),
		expired: WORK("409 consent-not-active") } },
	listFamilyCodes: { subject: "case", rows: ALL(WORK("200")) },
	revokeFamilyCodes: { subject: "case", writes: true, rows: ALL(WORK("200")) },
	listFamilyWords: { subject: "case", rows: ALL(WORK("200")) },
	answerFamilyWord: { subject: "case", writes: true, rows: ALL(WORK("200")) },
	listReceivedSummaries: open("200"),
	getReceivedSummary: { subject: "received", rows: { assigned: WORK("200"),
		unassigned: { supervisor: "200" }, withdrawn: WORK("410"), expired: WORK("410") } },
	assignReceivedSummary: { subject: "received", writes: true, rows: {
		assigned: { supervisor: "200" }, unassigned: { supervisor: "200" },
		withdrawn: { supervisor: "200" }, expired: { supervisor: "200" } } },
	linkReceivedSummary: { subject: "received", writes: true, rows: {
		assigned: WORK("200"), unassigned: { supervisor: "200" },
		withdrawn: WORK("200"), expired: WORK("200") } },
	listCoordinations: open("200"),
	requestCoordination: { subject: "case", writes: true, rows: { active: WORK("201"),
		withdrawn: WORK("409 consent-not-active"), expired: WORK("409 consent-not-active") } },
	getCoordination: { subject: "coordination", rows: { own: WORK("200"),
		assigned: WORK("200"), unassigned: { supervisor: "200" },
		withdrawn: WORK("410 consent-withdrawn") } },
	setCoordinationConsent: { subject: "coordination", writes: true,
		rows: { own: WORK("202") } },
	nameCaseManager: { subject: "coordination", writes: true, rows: { own: WORK("202") } },
	answerInvitation: { subject: "coordination", writes: true, rows: {
		own: { supervisor: NOT_POSSIBLE }, assigned: { supervisor: "202" },
		unassigned: { supervisor: "202" } } },
	listShared: open("200"), listSharedChanges: open("200"), listLessons: open("200"),
	assignAction: { subject: "coordination", writes: true, rows: {} },
	getShared: { subject: "coordination", rows: { own: WORK("200"),
		assigned: WORK("200"), unassigned: { supervisor: "200" },
		withdrawn: WORK("410 consent-withdrawn") } },
	putSharedChange: { subject: "coordination", writes: true, rows: { own: WORK("201"),
		assigned: WORK("201"), unassigned: { supervisor: "201" } } },
	getSharedChange: { subject: "change", rows: { draft: WORK("200") } },
	resendSharedChange: { subject: "change", writes: true, rows: { draft: WORK("200") } },
	discardSharedChange: { subject: "change", writes: true, rows: { draft: WORK("204") } },
	createSignal: { subject: "case", writes: true, else: "422 invalid", rows: ALL(WORK("201")) },
	getSignal: { subject: "case", rows: ALL(READ("200")) },
	acknowledgeSignal: { subject: "case", writes: true, rows: ALL(WORK("200")) },
	createTeamRecord: { subject: "case", writes: true, else: "422 invalid", rows: ALL(WORK("201")) },
	getTeamRecord: { subject: "case", rows: ALL(READ("200")) },
	listEmergencyReadings: open("200"),
	openEmergencyReading: { subject: "case", writes: true, else: "422 invalid", rows: ALL({
		owner: "422", supervisor: "422", none: "201", emergency: "201" }) },
	listNotices: open("200"),
	acknowledgeNotice: { subject: "notice", writes: true, rows: {
		of_supervisors: { supervisor: "200" }, of_officers: { dpo: "200" } } },
	listTasks: open("200"),
	completeTask: { subject: "task", writes: true, rows: {
		of_case: WORK("200"),
		of_organisation: { supervisor: "200", dpo: "200", admin: "200" } } },
	listOutbox: open("200"), joinHub: open("409 already-joined"), getHubLink: open("200"),
	listOrganisations: open("200"), listAudit: open("200"),
	searchSubjects: open("200"),
	exportSubject: { subject: "case", rows: ALL("200") },
	getSubjectPrint: { subject: "case", rows: ALL("200") },
	eraseSubject: { subject: "case", writes: true, rows: {
		active: "409 consent-active", withdrawn: "200", expired: "200" } },
	listRetention: open("200"), runRetention: { ok: "200", writes: true },
	setRetention: { subject: "rule", writes: true, rows: { rule: "200" } },
};
