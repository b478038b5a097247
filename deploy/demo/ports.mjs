// Free TCP ports on loopback.

import net from "node:net";

/** Can we listen there now? */
export function portFree(port) {
	return new Promise((resolve) => {
		const server = net.createServer();
		server.once("error", () => resolve(false));
		server.listen({ port, host: "127.0.0.1", exclusive: true },
			() => server.close(() => resolve(true)));
	});
}

/** The first `count` neighbouring ports, from `base` on, that are all free. */
export async function freePorts(count, base = 8400) {
	for (let first = base; first + count < 32768; first += 10) {
		const ports = Array.from({ length: count }, (_, i) => first + i);
		if ((await Promise.all(ports.map(portFree))).every(Boolean))
			return ports;
	}
	throw new Error(`no ${count} free neighbouring ports from ${base} on`);
}
