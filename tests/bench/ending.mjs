// What a measurement has started is stopped, however it ends.

/** Answers what `work` does; then, or on a signal before, stops once. */
export async function thenStop(stop, work) {
	let ending;
	const once = () => (ending ??= stop());
	const quit = () => once().then(() => process.exit(1));
	const signals = ["SIGINT", "SIGTERM"];
	for (const signal of signals)
		process.on(signal, quit);
	try {
		return await work();
	} finally {
		await once();
		for (const signal of signals)
			process.off(signal, quit);
	}
}
