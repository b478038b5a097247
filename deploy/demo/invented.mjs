// Who the demo's federation consists of.  All of it is invented: the names
// come from fairy tales, and no ЕИК starts with 999.

/** ЕИК with its check digit (weights 1–8, then 3–10), from eight digits. */
export function eik(eight) {
	const sum = (from) => [...eight].reduce(
		(total, digit, i) => total + Number(digit) * (i + from), 0) % 11;
	const first = sum(1);
	return eight + String(first < 10 ? first : sum(3) % 10);
}

const contact = (code) => ({
	address: "гр. Велико Търново, ул. „Примерна“ 1",
	phone: `+359 62 000 0${code}`,
	email: `${code}@primer.example`,
});

/** The four nodes. */
export const NODES = {
	odz: {
		name: "Отдел „Закрила на детето“ – Велико Търново (демонстрация)",
		kind: "public_authority", sectors: ["SOC"], municipality: "VTR04",
		eik: eik("99900001"), contact: contact("01"),
		service: {
			kind: "information", name: "Закрила на детето",
			does: "Приема сигнали и води случаи по Закона за закрила на детето.",
			does_not: "Не предоставя терапия.", reach: "Всеки работен ден от 9 до 17 ч.",
		},
	},
	school: {
		name: "Основно училище „Приказка“ (демонстрация)",
		kind: "school", sectors: ["EDU"], municipality: "VTR04",
		eik: eik("99900002"), contact: contact("02"),
		service: {
			kind: "skills_training", name: "Екип за подкрепа за личностно развитие",
			does: "Подкрепа на ученици в училище.",
			does_not: "Не прави домашни посещения.", reach: "През класния ръководител.",
		},
	},
	csc: {
		name: "Център за обществена подкрепа „Мост“ (демонстрация)",
		kind: "service_provider", sectors: ["SOC"], municipality: "VTR04",
		eik: eik("99900003"), contact: contact("03"),
		service: {
			kind: "therapy", name: "Център за обществена подкрепа",
			does: "Консултиране, психологическа подкрепа, застъпничество.",
			does_not: "Не извършва медицинско лечение.", reach: "С направление или по желание.",
		},
	},
	ngo: {
		name: "Сдружение „Заедно по пътя“ (демонстрация)",
		kind: "ngo", sectors: ["SOC", "COM"], municipality: "VTR06",
		eik: eik("99900004"), contact: contact("04"),
		service: {
			kind: "community_work", name: "Клуб за деца и младежи",
			does: "Занимания след училище и работа на терен.",
			does_not: "Не настанява деца.", reach: "Без записване.",
		},
	},
};

/** The coordinator's organisation; it has no node. */
export const REGIONAL_TEAM = {
	name: "Регионален екип за мултисекторно взаимодействие – Велико Търново (демонстрация)",
	kind: "commission", sectors: ["MUN"], municipality: "VTR04",
	eik: eik("99900005"), contact: contact("05"),
};

/** Sign-ins of the hub; the administrator is made first, from outside. */
export const HUB_USERS = {
	admin: { login: "admin", name: "Администратор Центров", role: "admin" },
	coordinator: { login: "coordinator", name: "Координатор Сговорова", role: "coordinator" },
	board: { login: "board", name: "Член Бордова", role: "board" },
	council: { login: "council", name: "Експерт Съветов", role: "council" },
	expert: { login: "expert", name: "Експерт Методова", role: "expert" },
	analyst: { login: "analyst", name: "Анализатор Числова", role: "analyst" },
};

/** Sign-ins of every node. */
export const NODE_USERS = {
	practitioner: { login: "practitioner", name: "Специалист Теренова", role: "practitioner" },
	supervisor: { login: "supervisor", name: "Ръководител Опорова", role: "supervisor" },
	dpo: { login: "dpo", name: "Длъжностно Лице Защитова", role: "dpo" },
	admin: { login: "admin", name: "Администратор Системова", role: "admin" },
};
