// A mail server for tests of node: start() runs it, and each method is an operation of its
// API (see ../api/API.md). It runs the program that MAILTEST_SERVER names, or in this
// repository builds it. It needs nothing but node.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What a test in Go would have been told. */
export class Failed extends Error {}

/** Starts a server. */
export async function start() {
	const child = spawn(process.env.MAILTEST_SERVER || build(), ['-page', '127.0.0.1:0'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	for await (const line of createInterface({ input: child.stdout })) {
		const [name, where] = line.split(' ');
		if (name === 'page') {
			const server = new Server(where, child);
			server.health = await server.get('/health');
			return server;
		}
	}
	throw new Error('the server did not start');
}

/** Builds the program into a folder that goes with the tests; "go run" would not end it. */
function build() {
	const dir = mkdtempSync(join(tmpdir(), 'mailtest-'));
	process.once('exit', () => rmSync(dir, { recursive: true }));
	const program = join(dir, 'mailtest-server');
	execFileSync('go', ['build', '-o', program, '..'], { cwd: import.meta.dirname, stdio: 'inherit' });
	return program;
}

export class Server {
	constructor(url, child) {
		this.url = url.replace(/\/$/, '') + '/api';
		this.child = child;
	}

	get = (path) => this.ask('GET', path);
	post = (path, fields = {}) => this.ask('POST', path, fields);
	delete = (path) => this.ask('DELETE', path);

	/** Puts a message into a mailbox and gives its UID. */
	async deliver(message, fields = {}) {
		return (await this.post('/deliver', { message, ...fields })).uid;
	}

	/** Breaks something: rule('UID MOVE', [{ verb: 'dropBeforeReply' }], { nth: 2 }). */
	async rule(on, verbs, fields = {}) {
		return (await this.post('/rules', { on, do: verbs, ...fields })).id;
	}

	/** How a client library wants to be told where IMAP is. */
	get imap() {
		const [host, port] = this.health.imap.split(':');
		return { host, port: Number(port) };
	}

	/** Ends the server. */
	async stop() {
		if (this.child.exitCode !== null) return;
		const ended = new Promise((resolve) => this.child.once('exit', resolve));
		this.child.kill();
		await ended;
	}

	async ask(method, path, fields) {
		const answer = await fetch(this.url + path, {
			method,
			headers: fields && { 'Content-Type': 'application/json' },
			body: fields && JSON.stringify(fields),
		});
		const text = await answer.text();
		if (!answer.ok) throw new Failed(JSON.parse(text).error);
		return text.startsWith('{') ? JSON.parse(text) : text;
	}
}
