import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { Post } from '../webhooks.js';

export const check: Check = {
  fact: "answers the platform's challenge, and nobody else's",
  async run(subject) {
    const post = new Post(subject);
    const pose = (key = post.key) => {
      const posed = post.platform.challenge?.(post.now, key);
      claim(posed !== undefined, 'the simulator poses no challenge');
      const event = { url: post.url, headers: posed.headers, body: Buffer.from(posed.body) };
      return { event, isMetBy: posed.isMetBy };
    };
    const { event, isMetBy } = pose();
    const answered = post.receive(event, { awaitsChallenge: true });
    claim(answered.kind === 'challenge', `the challenge is ${JSON.stringify(answered)}`);
    claim(isMetBy(answered.answer), 'the platform is not content with the answer');
    claim(isHarmless(answered.answer.headers), 'the answer could break out of its header');

    if (post.webhooks.challenge?.kind === 'echo') {
      claim(post.receive(event).kind === 'refused', 'it is answered though nobody has asked for a subscription');
      return;
    }
    const forged = post.receive(pose(post.platform.newKey()).event, { awaitsChallenge: true });
    claim(forged.kind === 'refused', 'a challenge that somebody else has signed is answered');
  },
};

function isHarmless(headers: Readonly<Record<string, string>>): boolean {
  return Object.values(headers).every(value => value.length <= 1_000 && !/[\r\n\0]/.test(value));
}
