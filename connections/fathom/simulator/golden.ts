import type { SimulatorDefinition } from '#connector';

/** Written by hand from the vendor's reference; the mapper had no part in it. */
export const golden: SimulatorDefinition['golden'] = {
  item: {
    title: 'Quarterly Business Review',
    meeting_title: 'QBR 2026 Q1',
    meeting_type: null,
    recording_id: 123456789,
    url: 'https://fathom.video/calls/123456789',
    share_url: 'https://fathom.video/share/xyz123',
    meeting_url: null,
    created_at: '2026-03-01T17:01:30Z',
    scheduled_start_time: '2026-03-01T16:00:00Z',
    scheduled_end_time: '2026-03-01T17:00:00Z',
    recording_start_time: '2026-03-01T16:01:12Z',
    recording_end_time: '2026-03-01T17:00:55Z',
    calendar_invitees_domains_type: 'only_internal',
    shared_with: 'single_team',
    transcript_language: 'en',
    calendar_invitees: [
      {
        name: 'Alice Johnson',
        matched_speaker_display_name: 'Alice Johnson',
        email: 'Alice.Johnson@acme.example',
        email_domain: 'acme.example',
        is_external: false,
      },
      {
        name: null,
        matched_speaker_display_name: 'Bob',
        email: 'bob@client.example',
        email_domain: 'client.example',
        is_external: true,
      },
      {
        name: 'Meeting Room 7',
        matched_speaker_display_name: null,
        email: null,
        email_domain: null,
        is_external: false,
      },
    ],
    recorded_by: {
      name: 'Alice Johnson',
      email: 'alice.johnson@acme.example',
      email_domain: 'acme.example',
      team: 'Sales',
    },
  },
  call: {
    externalId: '123456789',
    medium: 'meeting',
    startedAt: '2026-03-01T16:01:12Z',
    durationSeconds: 3583,
    title: 'Quarterly Business Review',
    link: 'https://fathom.video/calls/123456789',
    language: 'en',
    participants: [
      {
        name: 'Alice Johnson',
        email: 'Alice.Johnson@acme.example',
        role: 'host',
        affiliation: 'internal',
        speakerId: 'alice.johnson@acme.example',
      },
      {
        name: 'Bob',
        email: 'bob@client.example',
        role: 'guest',
        affiliation: 'external',
        speakerId: 'bob@client.example',
      },
      { name: 'Meeting Room 7', role: 'guest', affiliation: 'internal' },
    ],
    recordings: [{ ref: '123456789', kind: 'video' }],
  },
  transcriptDocument: {
    transcript: [
      {
        speaker: { display_name: 'Alice Johnson', matched_calendar_invitee_email: 'alice.johnson@acme.example' },
        text: "Let's revisit the budget allocations.",
        timestamp: '00:05:32',
      },
      { speaker: { display_name: 'Someone on the phone' }, text: 'Sounds good.', timestamp: '01:00:07' },
    ],
  },
  transcript: {
    lines: [
      {
        speakerId: 'alice.johnson@acme.example',
        speakerName: 'Alice Johnson',
        startSeconds: 332,
        text: "Let's revisit the budget allocations.",
      },
      {
        speakerId: 'Someone on the phone',
        speakerName: 'Someone on the phone',
        startSeconds: 3607,
        text: 'Sounds good.',
      },
    ],
  },
};
