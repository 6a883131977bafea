import type { Account } from './account.js';

export function userItem(account: Account, index: number) {
  const user = account.users[index] ?? account.users[0];
  const manager = account.users[Math.floor(index / 8)];
  return {
    id: user.id,
    emailAddress: user.emailAddress,
    created: '2024-03-01T09:00:00Z',
    active: index % 9 !== 8,
    emailAliases: [],
    firstName: user.firstName,
    lastName: user.lastName,
    title: user.title,
    phoneNumber: user.phoneNumber,
    personalMeetingUrls: [],
    settings: { webConferencesRecorded: true, preventWebConferenceRecording: false, telephonyCallsImported: true },
    ...(manager && manager !== user ? { managerId: manager.id } : {}),
    spokenLanguages: [{ language: 'en-US', primary: true }],
  };
}
