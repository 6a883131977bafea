import { ObjectType } from 'type-graphql';
import { pageOf } from '../customers/index.js';
import { Fact } from './fact.entity.js';

@ObjectType({ description: 'A page of facts, newest first.' })
export class FactPage extends pageOf(Fact) {}
