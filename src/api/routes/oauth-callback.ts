import { type RequestHandler, Router } from 'express';
import { finishAuthorization } from '../../access/index.js';
import { readCookie } from '../pages/cookie.js';
import { guarded } from '../pages/guarded.js';
import { troubled } from '../pages/troubled.js';
import type { Rooms } from '../scope-for.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Where platforms send people back to: `/oauth/callback/<platform>`, and `/<app>` behind it for a customer's own app.
 * Whatever comes of it, the browser goes on to our own page and nowhere else; what it brought stays behind.
 */
export function oauthCallback(rooms: Rooms): Router {
  const { house, rates, addressOf } = rooms;
  const come: RequestHandler = async (request, response) => {
    const { platform, app } = request.params as { platform: string; app?: string };
    const publicUrl = house.publicUrl();
    const taken = await finishAuthorization(house, {
      ...{ platform, appId: app },
      query: new URL(request.originalUrl, 'http://hub').searchParams,
      browser: readCookie(request, publicUrl),
    });
    // Only then, so that nobody who has been there pays for what strangers at their address do.
    if (taken === undefined) rates.callsBackInVain(addressOf(request));
    response.redirect(303, `${publicUrl}/connect`);
  };
  const router = Router();
  router.use('/oauth/callback', guarded);
  router.get('/oauth/callback/:platform', come);
  router.get('/oauth/callback/:platform/:app', (request, response, next) =>
    uuid.test(request.params.app) ? come(request, response, next) : next(),
  );
  router.use('/oauth/callback', troubled(rooms));
  return router;
}
