// Tests of a program that watches a mailbox with ImapFlow: npm install imapflow, and then
// node --test mail.test.mjs

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, afterEach, before, test } from 'node:test';

import { start } from './mailtest.mjs';

const { ImapFlow } = createRequire(import.meta.url)('imapflow');

let mailtest;
before(async () => (mailtest = await start()));
afterEach(() => mailtest.post('/reset')); // fails for a rule that never fired
after(() => mailtest.stop());

/** Connects as the program under test would. */
async function connect() {
	const client = new ImapFlow({
		...mailtest.imap,
		secure: false,
		doSTARTTLS: false,
		auth: { user: 'user', pass: 'password' },
		logger: false,
	});
	client.on('error', () => {});
	await client.connect();
	return client;
}

/** Marks all mail of INBOX as seen and gives the subjects. */
async function readAll(client) {
	const lock = await client.getMailboxLock('INBOX');
	try {
		const subjects = [];
		for await (const message of client.fetch('1:*', { envelope: true })) subjects.push(message.envelope.subject);
		if (subjects.length > 0) await client.messageFlagsAdd('1:*', ['\\Seen']);
		return subjects;
	} finally {
		lock.release();
	}
}

test('mail is read, and marked', async () => {
	const uid = await mailtest.deliver('Subject: Lunch?\r\n\r\nAt noon?\r\n');
	const client = await connect();
	assert.deepEqual(await readAll(client), ['Lunch?']);
	await mailtest.post('/wait/flags', { uid, flags: ['\\Seen'] });
	await client.logout();
});

test('new mail is told while the program idles', async () => {
	const client = await connect();
	await client.mailboxOpen('INBOX');
	const told = new Promise((resolve) => client.once('exists', resolve));
	client.idle();
	await mailtest.post('/wait/idle');
	await mailtest.deliver('Subject: Now\r\n\r\n');
	assert.equal((await told).count, 1);
	await client.logout();
});

test('a connection that breaks within an answer is an error', async () => {
	await mailtest.deliver('Subject: Lunch?\r\n\r\nAt noon?\r\n');
	await mailtest.rule('FETCH', [{ verb: 'cutAfter', n: 30 }]);
	const client = await connect();
	await assert.rejects(readAll(client));
	client.close();
});

test('what cannot be meant is said', async () => {
	await assert.rejects(mailtest.rule('FECTH', [{ verb: 'drop' }]), /nearest: FETCH/);
});
