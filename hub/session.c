/*
 * People of the hub: which statements common/session*.c uses here.
 */
#include "common/session.h"

#include "hub_statements.h"

const struct session_stmts session_stmts = {
	.find = STMT_SESSION_FIND,
	.refuse = STMT_SESSION_REFUSE,
	.open = STMT_SESSION_OPEN,
	.refresh_lock = STMT_SESSION_REFRESH_LOCK,
	.refresh = STMT_SESSION_REFRESH,
	.end = STMT_SESSION_END,
	.me = STMT_ACCOUNT_ME,
	.account = STMT_ACCOUNT_FIND,
	.password_set = STMT_ACCOUNT_PASSWORD_SET,
	.totp_begin = STMT_ACCOUNT_TOTP_BEGIN,
	.totp_confirm = STMT_ACCOUNT_TOTP_CONFIRM,
	.user_list = STMT_USER_LIST,
	.user_create = STMT_USER_CREATE,
	.user_lock = STMT_USER_LOCK,
	.user_update = STMT_USER_UPDATE,
};
