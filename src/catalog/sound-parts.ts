import { z } from 'zod';

/** The compiler has checked our own folders; this also holds for folders that it never saw. */
export const aFunction = z.custom<unknown>(value => typeof value === 'function', 'must be a function');
export const sentence = z.string().trim().min(1);
export const keyPath = z.array(z.string().min(1)).min(1);
