// Where a checkout keeps its running state, and under which account it runs.
//
// PostgreSQL refuses to run as root, root's home is closed to others, and a
// socket's path ends at 107 bytes; so the state lies under /var/tmp and the
// checkout's var/ is a link to it.

import { createHash, randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const checkout = fs.realpathSync(
	path.join(path.dirname(fileURLToPath(import.meta.url)), "../.."));

/** The programs to run; ZAEDNO_BUILD=build/sanitize is the sanitizers' build. */
export const buildDir = path.resolve(checkout, process.env.ZAEDNO_BUILD ?? "build");

/** What the generator made, the same for every build. */
export const generatedDir = path.join(checkout, "build/gen");

/** uid and gid for servers: none (our own) unless we are root. */
export const account = serverAccount();

function serverAccount() {
	if (process.getuid() !== 0)
		return {};
	const id = (flag) =>
		Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
	return { uid: id("-u"), gid: id("-g") };
}

/** A directory that only the servers' account (and root) may enter. */
export function privateDir(dir) {
	fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
	fs.chmodSync(dir, 0o700);
	if (account.uid !== undefined)
		fs.chownSync(dir, account.uid, account.gid);
	return dir;
}

/** Writes a file that only the servers' account (and root) may read. */
export function privateFile(file, text) {
	const fresh = `${file}.new`;
	fs.rmSync(fresh, { force: true });
	fs.writeFileSync(fresh, text, { mode: 0o600 });
	if (account.uid !== undefined)
		fs.chownSync(fresh, account.uid, account.gid);
	fs.renameSync(fresh, file);
	return file;
}

/** The text of a secret; made at first use, kept in a 0600 file. */
export function secret(file, make = () => randomBytes(24).toString("base64url")) {
	if (!fs.existsSync(file))
		privateFile(file, make());
	return fs.readFileSync(file, "utf8");
}

/**
 * Makes (or finds) the state directory of this checkout; `name` keeps a test
 * run apart from the demo.  The name is predictable and /var/tmp is anyone's,
 * so a directory that is not ours is refused.
 */
export function stateDir(name = "") {
	const hash = createHash("sha256").update(checkout).digest("hex").slice(0, 8);
	const dir = `/var/tmp/zaedno-${process.getuid()}-${hash}${name && `-${name}`}`;
	try {
		fs.mkdirSync(dir, { mode: 0o711 });
	} catch (error) {
		if (error.code !== "EEXIST")
			throw error;
	}
	const found = fs.lstatSync(dir);
	if (!found.isDirectory() || found.uid !== process.getuid())
		throw new Error(`${dir} is not ours`);
	fs.chmodSync(dir, 0o711);
	return dir;
}

/** Makes the checkout's var/ a link to `dir`, keeping what lies in var/. */
export function linkVar(dir) {
	const link = path.join(checkout, "var");
	const found = fs.lstatSync(link, { throwIfNoEntry: false });
	if (found?.isSymbolicLink()) {
		if (fs.readlinkSync(link) === dir)
			return;
		fs.unlinkSync(link);
	} else if (found) {
		fs.cpSync(link, dir, { recursive: true });
		fs.rmSync(link, { recursive: true });
	}
	fs.symlinkSync(dir, link);
}

const startedAt = (pid) => {
	try {
		const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
		return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
	} catch {
		return undefined;
	}
};

/**
 * Takes the lock of a state directory; throws while another process that
 * lives holds it.  A pid alone can be reused, so its start time goes with it.
 * It is given back at the process's end, or by calling what is answered.
 */
export function lockState(dir) {
	const file = path.join(dir, "lock");
	const mine = `${process.pid} ${startedAt(process.pid)}`;
	for (;;) {
		try {
			fs.writeFileSync(file, mine, { flag: "wx", mode: 0o600 });
			break;
		} catch (error) {
			if (error.code !== "EEXIST")
				throw error;
		}
		const [pid, start] = fs.readFileSync(file, "utf8").split(" ");
		if (start !== undefined && startedAt(pid) === start)
			throw Object.assign(new Error(`already running, process ${pid}`),
				{ code: "LOCKED", pid });
		fs.rmSync(file, { force: true });
	}
	const unlock = () => fs.rmSync(file, { force: true });
	process.once("exit", unlock);
	return () => {
		process.off("exit", unlock);
		unlock();
	};
}
