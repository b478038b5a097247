// The demo's cases.  Every name is from a fairy tale and every case is
// invented; nobody has an ЕГН here.

/** Days before or after today, as a date; the day is Bulgaria's, as the services count. */
export const day = (offset) => new Date(Date.now() + offset * 86_400_000)
	.toLocaleDateString("sv-SE", { timeZone: "Europe/Sofia" });

/** The same as a moment. */
export const moment = (offset) =>
	new Date(Date.now() + offset * 86_400_000).toISOString().replace(/\.\d+Z$/, ".000Z");

/* A birth date that makes someone so old today, give or take some months. */
const aged = (years) => day(-Math.round(years * 365.25) - 140);

const child = (given_name, family_name, years, sex) =>
	({ given_name, family_name, birth_date: aged(years), sex });

/** node → cases: who, why, needs by domain, stays in services. */
export const CASES = {
	school: [
		{
			person: child("Калинка", "Малинкова", 11, "female"),
			reason: "Чести отсъствия през последните два месеца; трудно общува със съучениците.",
			needs: { education: 2, peers: 2, family: 1 }, strengths: ["belonging"],
			stays: [["education", "Начално училище „Звънче“", -900, -420, "relocation"],
				["education", "Основно училище „Приказка“", -419]],
		},
		{
			person: child("Ежко", "Бежков", 12, "male"),
			reason: "Напускане на часовете и конфликти; семейството търси подкрепа.",
			needs: { behaviour: 2, family: 2, mental: 1 }, strengths: ["peers"],
			stays: [["education", "Основно училище „Слънчоглед“", -700, -200, "conflict"],
				["education", "Основно училище „Приказка“", -199],
				["social", "Дневен център „Пъстър свят“", -300, -120, "family_request"]],
		},
		{
			person: child("Златка", "Ябълкова", 9, "female"),
			reason: "Нужда от логопед и подкрепа при четене.",
			needs: { disability: 1, education: 2 }, strengths: ["family", "peers"],
			stays: [["education", "Основно училище „Приказка“", -800]],
		},
	],
	odz: [
		{
			person: child("Хитър", "Петрушков", 13, "male"),
			reason: "Сигнал за рисково поведение; работи се със семейството.",
			needs: { safety: 2, family: 2, behaviour: 2 }, strengths: ["health"],
			stays: [["social", "Център за обществена подкрепа „Мост“", -260, -90, "goals_met"],
				["social", "Кризисен център „Пристан“", -89, -30, "planned_move"],
				["social", "Приемна грижа", -29]],
		},
		{
			person: child("Зайка", "Байкова", 8, "female"),
			reason: "Родителите са разделени; нужна е подкрепа за режима на лични отношения.",
			needs: { family: 2, care: 1 }, strengths: ["education"],
			stays: [["social", "Център за обществена подкрепа „Мост“", -60]],
		},
	],
	csc: [
		{
			person: child("Кума", "Лисова", 12, "female"),
			reason: "Насочване за психологическа подкрепа.",
			needs: { mental: 2, peers: 1 }, strengths: ["family"],
			stays: [["social", "Център за обществена подкрепа „Мост“", -45]],
		},
	],
	ngo: [
		{
			person: child("Педя", "Човекова", 10, "male"),
			reason: "Посещава клуба след училище; семейството е в жилищна нужда.",
			needs: { housing: 2, education: 1 }, strengths: ["peers", "belonging"],
			stays: [["social", "Клуб „Заедно по пътя“", -150]],
		},
	],
};

const EVERYTHING = ["basics", "contact", "needs", "difficulty", "help", "wish", "path"];

/** Consents and what is shared under them; `of` counts cases of the node. */
export const SHARES = [
	{
		from: "school", of: 0, to: { csc: EVERYTHING }, purpose: "joint_assessment",
		help: ["soon", "joint_assessment", "Търсим обща оценка и идеи как да се върне желанието за училище."],
		wish: "Искам да имам приятел, с когото да ходя на училище.",
	},
	{
		from: "school", of: 1, purpose: "joint_assessment",
		to: { csc: ["basics", "needs", "help"], team: ["basics", "needs", "difficulty", "help"] },
		help: ["urgent", "meeting", "Предлагаме междусекторна среща тази седмица."],
		wish: "Искам възрастните да се разберат помежду си.",
	},
	{
		from: "odz", of: 0, to: { csc: EVERYTHING, school: ["basics", "needs", "help"] },
		purpose: "shared_plan",
		help: ["soon", "school_support", "Нужна е подкрепа при връщането в училище."],
		wish: "Искам да остана при сегашното семейство.",
	},
	{
		from: "ngo", of: 0, to: { odz: ["basics", "contact", "help"] }, purpose: "consultation",
		help: ["routine", "advice", "Как да помогнем за жилищния въпрос?"],
		wish: "Искам да си имам бюро.",
	},
	{
		from: "odz", of: 1, to: { ngo: ["basics", "help"] }, purpose: "consultation",
		help: ["routine", "advice", "Има ли място в клуба след училище?"],
		wish: "Искам да рисувам.", withdrawn: true,
	},
];

/** The text that was read to those who signed. */
export const CONSENT_TEXT =
	"Съгласен съм посочените данни, без име и без адрес, да бъдат споделени с " +
	"посочените организации за посочената цел и до посочената дата. Мога да " +
	"оттегля съгласието си по всяко време, без да обяснявам защо.";
