// Receives events with Feishu's own client for Node: `webhook PORT KEY TOKEN`, or `connection URL`.

import http from 'node:http';
import * as lark from '@larksuiteoapi/node-sdk';

const [kind, ...rest] = process.argv.slice(2);

function dispatcher(encryptKey, verificationToken) {
  const dispatcher = new lark.EventDispatcher({ encryptKey, verificationToken });
  const handle = async (data) => console.log('received', data.event_type);
  const handles = Object.fromEntries((process.env.EVENTS ?? '').split(' ').map((name) => [name, handle]));
  return dispatcher.register(handles);
}

if (kind === 'webhook') {
  const [port, key, token] = rest;
  const answer = lark.adaptDefault('/events', dispatcher(key, token), { autoChallenge: true });
  http.createServer(answer).listen(Number(port), '127.0.0.1', () => console.log('ready'));
} else {
  const client = new lark.WSClient({ appId: 'cli_0123456789abcdef', appSecret: 'secret', domain: rest[0] });
  client.start({ eventDispatcher: dispatcher('', '') });
}
