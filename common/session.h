/*
 * People who sign in: the same at the hub and at a node.
 *
 * session.c signs in, refreshes and signs out; session_account.c holds what a
 * person does with the own account; session_user.c what an administrator does.
 * The operations are those of the specifications (sign_in, refresh_session,
 * sign_out, get_me, change_password, enrol_totp, confirm_totp, list_users,
 * create_user, update_user); a service gives its statements' numbers in
 * `session_stmts`.  What a statement takes and returns stands beside it.
 */
#ifndef COMMON_SESSION_H
#define COMMON_SESSION_H

struct req;

struct session_stmts {
	int find;         /* login, sha256, source -> SESSION_COLUMNS… */
	int refuse;       /* login's sha256, source */
	int open;         /* user, totp step|NULL, token's sha256, days */
	int refresh_lock; /* token's sha256 */
	int refresh;      /* token's sha256, new one's, days */
	int end;          /* session */
	int me;           /* session -> reply row */
	int account;      /* session -> password_hash, totp_pending, login */
	int password_set; /* session, hash */
	int totp_begin;   /* session, secret */
	int totp_confirm; /* session, step */
	int user_list;    /* limit, after -> reply row */
	int user_create;  /* id, body, hash, totp secret|NULL -> reply row */
	int user_lock;    /* id */
	int user_update;  /* id, If-Match, body, hash|NULL, secret|NULL */
};

extern const struct session_stmts session_stmts;

/* 1 when configuration (totp_roles) wants a second factor of the role. */
int session_role_needs_totp(const char *role);

/* The scopes of a role at this service, separated by blanks. */
const char *session_role_scope(struct req *, const char *role);

int sign_in(struct req *);
int refresh_session(struct req *);
int sign_out(struct req *);
int get_me(struct req *);
int change_password(struct req *);
int enrol_totp(struct req *);
int confirm_totp(struct req *);
int list_users(struct req *);
int create_user(struct req *);
int update_user(struct req *);

#endif
