/*
 * What can be wrong with one field: FIELD_ERROR(NAME, code, English,
 * Bulgarian).  Codes are part of the interface and are never reused; "%s" in
 * a text stands for the limit (the maximum, the permitted values, ...).
 * The rows have no include guard: each reader defines FIELD_ERROR first.
 */
/* clang-format off */

/* Found by common/schema.c: one row for each keyword that can fail. */
FIELD_ERROR(REQUIRED, "required",
    "Fill in this field.",
    "Попълнете това поле.")
FIELD_ERROR(TYPE, "type",
    "Enter a value of the kind that is expected here.",
    "Въведете стойност от вида, който се очаква тук.")
FIELD_ERROR(ENUM, "enum",
    "Choose one of the permitted values: %s.",
    "Изберете една от допустимите стойности: %s.")
FIELD_ERROR(CONST, "const",
    "Only this value is possible here: %s.",
    "Тук е възможна само стойността %s.")
FIELD_ERROR(MIN_LENGTH, "min-length",
    "Enter at least %s characters.",
    "Въведете поне %s знака.")
FIELD_ERROR(MAX_LENGTH, "max-length",
    "Enter at most %s characters.",
    "Въведете най-много %s знака.")
FIELD_ERROR(PATTERN, "pattern",
    "Enter the value in the form that is expected here.",
    "Въведете стойността във вида, който се очаква тук.")
FIELD_ERROR(FORMAT_DATE, "format-date",
    "Enter a date that exists as year-month-day, for example 2026-03-09.",
    "Въведете съществуваща дата като година-месец-ден, "
    "например 2026-03-09.")
FIELD_ERROR(FORMAT_TIME, "format-time",
    "Enter a time with its zone, for example 08:30:00Z.",
    "Въведете час с часова зона, например 08:30:00Z.")
FIELD_ERROR(FORMAT_DATE_TIME, "format-date-time",
    "Enter a date and time with its zone, for example 2026-03-09T08:30:00Z.",
    "Въведете дата и час с часова зона, например 2026-03-09T08:30:00Z.")
FIELD_ERROR(FORMAT_UUID, "format-uuid",
    "Enter an identifier of 32 hexadecimal digits in five groups (UUID).",
    "Въведете идентификатор от 32 шестнайсетични цифри в пет групи (UUID).")
FIELD_ERROR(FORMAT_EMAIL, "format-email",
    "Enter a full e-mail address, for example ime@primer.bg.",
    "Въведете пълен адрес на електронна поща, например ime@primer.bg.")
FIELD_ERROR(FORMAT_URI, "format-uri",
    "Enter a full address, for example https://primer.bg/stranitsa.",
    "Въведете пълен адрес, например https://primer.bg/stranitsa.")
FIELD_ERROR(MINIMUM, "minimum",
    "Enter %s or more.",
    "Въведете %s или повече.")
FIELD_ERROR(MAXIMUM, "maximum",
    "Enter %s or less.",
    "Въведете %s или по-малко.")
FIELD_ERROR(EXCLUSIVE_MINIMUM, "exclusive-minimum",
    "Enter more than %s.",
    "Въведете повече от %s.")
FIELD_ERROR(EXCLUSIVE_MAXIMUM, "exclusive-maximum",
    "Enter less than %s.",
    "Въведете по-малко от %s.")
FIELD_ERROR(MULTIPLE_OF, "multiple-of",
    "Enter a multiple of %s.",
    "Въведете число, кратно на %s.")
FIELD_ERROR(MIN_ITEMS, "min-items",
    "Add entries; the smallest number is %s.",
    "Добавете редове; най-малкият брой е %s.")
FIELD_ERROR(MAX_ITEMS, "max-items",
    "Remove entries; the largest number is %s.",
    "Махнете редове; най-големият брой е %s.")
FIELD_ERROR(UNIQUE_ITEMS, "unique-items",
    "Remove the repeated entries.",
    "Махнете повторените редове.")
FIELD_ERROR(CONTAINS, "contains",
    "Add an entry of the kind that is required here.",
    "Добавете ред от вида, който се изисква тук.")
FIELD_ERROR(MAX_CONTAINS, "max-contains",
    "Remove entries of this kind; the largest number is %s.",
    "Махнете редове от този вид; най-големият брой е %s.")
FIELD_ERROR(UNKNOWN_MEMBER, "unknown-member",
    "Remove this field; it is not known here.",
    "Махнете това поле; тук то не се познава.")
FIELD_ERROR(ONE_OF, "one-of",
    "Fill in exactly one of the permitted forms.",
    "Попълнете точно една от допустимите форми.")
FIELD_ERROR(ANY_OF, "any-of",
    "Fill in one of the permitted forms.",
    "Попълнете една от допустимите форми.")
FIELD_ERROR(NOT, "not",
    "Change this value; it is not permitted here.",
    "Променете тази стойност; тук тя не се допуска.")
FIELD_ERROR(DEPENDENT_REQUIRED, "dependent-required",
    "Fill in this field too; another field requires it.",
    "Попълнете и това поле; друго поле го изисква.")
FIELD_ERROR(FALSE_SCHEMA, "false-schema",
    "Leave this field out.",
    "Оставете това поле празно.")
FIELD_ERROR(PROPERTY_NAMES, "property-names",
    "Change the name of this field.",
    "Променете името на това поле.")
FIELD_ERROR(MIN_PROPERTIES, "min-properties",
    "Fill in more fields; the smallest number is %s.",
    "Попълнете още полета; най-малкият брой е %s.")
FIELD_ERROR(MAX_PROPERTIES, "max-properties",
    "Fill in fewer fields; the largest number is %s.",
    "Попълнете по-малко полета; най-големият брой е %s.")
FIELD_ERROR(TOO_DEEP, "too-deep",
    "Send the data with at most 64 levels of nesting.",
    "Изпратете данните с най-много 64 нива на вложеност.")

/* Found by the services themselves. */
FIELD_ERROR(EGN_CHECK, "egn-check",
    "The check digit of the EGN does not match. "
    "See whether digits were exchanged.",
    "Контролната цифра на ЕГН не съвпада. "
    "Проверете дали няма разменени цифри.")
FIELD_ERROR(EGN_DATE, "egn-date",
    "The first six digits of the EGN are not a date. "
    "See whether digits were exchanged.",
    "Първите шест цифри на ЕГН не са дата. "
    "Проверете дали няма разменени цифри.")
FIELD_ERROR(EGN_BIRTH_DATE, "egn-birth-date",
    "The EGN and the date of birth differ. Check both.",
    "ЕГН и датата на раждане се различават. Проверете и двете.")
FIELD_ERROR(LNCH_CHECK, "lnch-check",
    "The check digit of the LNCh does not match. "
    "See whether digits were exchanged.",
    "Контролната цифра на ЛНЧ не съвпада. "
    "Проверете дали няма разменени цифри.")
FIELD_ERROR(EIK_CHECK, "eik-check",
    "The check digit of the EIK does not match. "
    "See whether digits were exchanged.",
    "Контролната цифра на ЕИК не съвпада. "
    "Проверете дали няма разменени цифри.")
FIELD_ERROR(IDENTIFIER_IN_TEXT, "identifier-in-text",
    "Take the number out of the text; it is said to be an identifier.",
    "Махнете номера от текста; пред него пише, че е идентификатор.")
FIELD_ERROR(EGN_IN_TEXT, "egn-in-text",
    "Take the EGN out of the text.",
    "Махнете ЕГН от текста.")
FIELD_ERROR(LNCH_IN_TEXT, "lnch-in-text",
    "Take the LNCh out of the text.",
    "Махнете ЛНЧ от текста.")
FIELD_ERROR(EIK_IN_TEXT, "eik-in-text",
    "Take the EIK (BULSTAT) out of the text.",
    "Махнете ЕИК (БУЛСТАТ) от текста.")
FIELD_ERROR(IBAN_IN_TEXT, "iban-in-text",
    "Take the bank account (IBAN) out of the text.",
    "Махнете банковата сметка (IBAN) от текста.")
FIELD_ERROR(NAME_IN_TEXT, "name-in-text",
    "Take the name out of the text; say who it is by role. "
    "If it is not the person's name here, a supervisor may let it pass.",
    "Махнете името от текста; посочете човека с ролята му. "
    "Ако тук не е името на човека, ръководител може да го допусне.")
FIELD_ERROR(OVERRULE_ROLE, "overrule-role",
    "Ask a supervisor; only a supervisor may let a name pass.",
    "Обърнете се към ръководител; само той може да допусне име.")
FIELD_ERROR(OVERRULE_NO_NAME, "overrule-no-name",
    "Take this exception out; no name stands at this place, "
    "and numbers and addresses are never let pass.",
    "Махнете това изключение; на това място няма име, "
    "а номера и адреси не се допускат никога.")
FIELD_ERROR(EMAIL_IN_TEXT, "email-in-text",
    "Take the e-mail address out of the text.",
    "Махнете адреса на електронна поща от текста.")
FIELD_ERROR(PHONE_IN_TEXT, "phone-in-text",
    "Take the telephone number out of the text.",
    "Махнете телефонния номер от текста.")
FIELD_ERROR(NOT_CONSENTED, "not-consented",
    "Leave this part out; the consent does not cover it.",
    "Махнете тази част; съгласието не я обхваща.")
FIELD_ERROR(IN_PAST, "in-past",
    "Enter a date in the future.",
    "Въведете бъдеща дата.")
FIELD_ERROR(IN_FUTURE, "in-future",
    "Enter a date that is not in the future.",
    "Въведете дата, която не е в бъдещето.")
FIELD_ERROR(TOO_EARLY, "too-early",
    "Enter a later date.",
    "Въведете по-късна дата.")
FIELD_ERROR(TOO_LATE, "too-late",
    "Enter an earlier date.",
    "Въведете по-ранна дата.")
FIELD_ERROR(NOT_DECLARED, "not-declared",
    "Choose a value from what was declared beforehand.",
    "Изберете стойност измежду заявените предварително.")
FIELD_ERROR(SIGNATURE, "signature",
    "The signature does not match. Sign again with the current key.",
    "Подписът не съвпада. Подпишете отново с действащия ключ.")
FIELD_ERROR(SIGNERS, "signers",
    "Add the signatures that this rule requires.",
    "Добавете подписите, които правилото изисква.")
FIELD_ERROR(DUPLICATE, "duplicate",
    "Enter another value; this one is already in use.",
    "Въведете друга стойност; тази вече се използва.")
FIELD_ERROR(PASSWORD_WEAK, "password-weak",
    "Choose a longer password that is harder to guess.",
    "Изберете по-дълга парола, която се отгатва по-трудно.")
FIELD_ERROR(PASSWORD_WRONG, "password-wrong",
    "The password does not match. Enter it again.",
    "Паролата не съвпада. Въведете я отново.")
FIELD_ERROR(TOTP_WRONG, "totp-wrong",
    "The code does not match. Wait for the next one and enter it.",
    "Кодът не съвпада. Изчакайте следващия и го въведете.")
FIELD_ERROR(NOT_FOUND, "not-found",
    "Choose something that exists and that you may see.",
    "Изберете нещо, което съществува и до което имате достъп.")
FIELD_ERROR(CONFLICT, "conflict",
    "This contradicts what is already recorded. "
    "See the current state and enter it again.",
    "Това противоречи на вече записаното. "
    "Вижте текущото състояние и въведете отново.")
