/** The log of memberships as a WebSocket: one entry a message. */
import websocket from '@fastify/websocket';
import { routes } from '@kindred/contract';
import type { FastifyInstance } from 'fastify';
import { answerTo } from './errors.ts';
import type { LogEntries, LogFollowers } from './membership-log.ts';

const PATH = '/api/membership-log/socket';
/** Nothing is asked of us by messages. */
const LARGEST_MESSAGE = 1024;
/** The question cannot be answered; the reason says why. */
const REFUSED = 1008;
/** Of a reason, in bytes. */
const LONGEST_REASON = 123;

export async function serveMembershipSocket(app: FastifyInstance, followers: LogFollowers): Promise<void> {
  await app.register(websocket, { options: { maxPayload: LARGEST_MESSAGE } });
  app.register((scope, _, done) => {
    scope.get(
      PATH,
      { websocket: true, schema: { hide: true, querystring: routes.followMembershipLog.query }, config: { access: 'read' } },
      (socket, request) => {
        const gone = new AbortController();
        socket.on('close', () => gone.abort());
        const { from, ...filter } = routes.followMembershipLog.query.parse(request.query);
        void send(followers.follow(filter, from, gone.signal), socket).catch((error: unknown) => {
          const { entry } = answerTo(error);
          socket.close(REFUSED, `${entry.code}: ${entry.message}`.slice(0, LONGEST_REASON));
        });
      },
    );
    done();
  });
}

interface Socket {
  send(text: string, done: (error?: Error) => void): void;
  ping(): void;
}

/** Waits until each entry is on its way: who reads slowly is not written to faster. */
async function send(pages: AsyncGenerator<LogEntries>, socket: Socket): Promise<void> {
  for await (const { entries } of pages) {
    if (entries.length === 0) socket.ping();
    for (const entry of entries) {
      await new Promise<void>((resolve, reject) => {
        socket.send(JSON.stringify(entry), (error) => (error ? reject(error) : resolve()));
      });
    }
  }
}
