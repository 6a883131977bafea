import { ObjectType } from 'type-graphql';
import { pageOf } from '../customers/index.js';
import { Mail } from './mail.entity.js';

@ObjectType({ description: 'A page of mails, newest first.' })
export class MailPage extends pageOf(Mail) {}
