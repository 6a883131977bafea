import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import {
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { CallerError } from '../core/errors.js';
import type { Metrics } from '../core/metrics.js';
import type { Log } from '../core/ports.js';
import type { House, Scope } from '../scope.js';
import { blamesDatabase, formatError, retryAfterSeconds, tellTooLate } from './format-error.js';
import { allowForPlatforms } from './limits/deadline.js';
import { documentRules, faultsTold, weighed } from './limits/document.js';
import { documentLimits } from './limits/document-size.js';
import { secondsToWait } from './limits/rates.js';
import type { Reading } from './limits/reading.js';
import { knownIntrospection } from './known-introspection.js';
import { countOperation, outcomeOf } from './metrics.js';

/** Apollo for `POST /graphql`, quiet: no landing page, no reports to anybody, no persisted documents, no batches. */
export async function startApollo(schema: GraphQLSchema, house: House, reading: Reading): Promise<ApolloServer<Scope>> {
  const { documents } = reading;
  const apollo = new ApolloServer<Scope>({
    schema,
    introspection: true,
    nodeEnv: 'production',
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    documentStore: documents,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: documentLimits.tokens },
    validationRules: [...documentRules],
    validationOptions: { maxErrors: faultsTold },
    formatError: (formatted, error) =>
      formatError(error instanceof GraphQLError ? error : wrap(error, formatted.message), house),
    logger: loggerOf(house.log),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      weigh(schema, reading),
      knownIntrospection(schema),
      sayTooLate(house),
      sayUnavailable,
      measure(house.metrics),
    ],
  });
  await apollo.start();
  return apollo;
}

/** An error for the whole request, before it runs. */
function refusal(cause: Error, status: number, headers: Readonly<Record<string, string>> = {}): GraphQLError {
  const http = { status, headers: new HeaderMap(Object.entries(headers)) };
  const originalError = cause instanceof GraphQLError ? undefined : cause;
  const extensions = cause instanceof GraphQLError ? cause.extensions : {};
  return new GraphQLError(cause.message, { originalError, extensions: { ...extensions, http } });
}

const unrunnable = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED'];

/** Looks at what an operation would cost before it runs. */
function weigh(schema: GraphQLSchema, reading: Reading): ApolloServerPlugin<Scope> {
  const { rates } = reading;
  return {
    async requestDidStart() {
      return {
        async didEncounterErrors({ errors, contextValue }) {
          if (errors.some(({ extensions: { code } }) => unrunnable.includes(code as string)))
            rates.misused(contextValue.viewer.apiKeyId);
        },
        async didResolveOperation({ document, operation, request: { variables = {} }, contextValue }) {
          reading.end(contextValue);
          if (operation == null) return;
          if (operation.operation === 'subscription') throw refusal(overSockets(), 400);
          const { cost, fault } = weighed(schema, { document, operation, variables });
          if (fault !== undefined) throw refusal(fault, 400);
          allowForPlatforms(schema, operation, contextValue.signal);
          try {
            rates.runs(contextValue.viewer.apiKeyId, cost);
          } catch (error) {
            await rates.hold();
            throw refusal(error as Error, 429, { 'retry-after': String(secondsToWait(error)) });
          }
        },
      };
    },
  };
}

function overSockets(): CallerError {
  return new CallerError('INVALID_INPUT', 'Subscriptions are not answered over POST.', {
    remedy: 'Open a WebSocket at the same path, with the protocol graphql-transport-ws.',
  });
}

/** Whatever came of an operation that was given up: one error and nothing else. */
function sayTooLate(house: House): ApolloServerPlugin<Scope> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ contextValue, response }) {
          const error = tellTooLate(contextValue, house);
          if (error === undefined) return;
          response.http.status = 504;
          response.body = { kind: 'single', singleResult: { errors: [error] } };
        },
      };
    },
  };
}

const sayUnavailable: ApolloServerPlugin<Scope> = {
  async requestDidStart() {
    return {
      async willSendResponse({ errors = [], response }) {
        if (!blamesDatabase(errors)) return;
        response.http.status = 503;
        response.http.headers.set('retry-after', retryAfterSeconds);
      },
    };
  },
};

/** The last, since the others may yet change the answer. */
function measure(metrics: Metrics): ApolloServerPlugin<Scope> {
  return {
    async requestDidStart() {
      const startedAt = performance.now();
      return {
        async willSendResponse({ operation, response: { body } }) {
          const errors = (body.kind === 'single' ? body.singleResult.errors : undefined) ?? [];
          const outcome = outcomeOf(errors.map(({ extensions }) => extensions?.['code']));
          countOperation(metrics, { kind: operation?.operation ?? 'none', transport: 'http', outcome, startedAt });
        },
      };
    },
  };
}

function wrap(error: unknown, message: string): GraphQLError {
  return new GraphQLError(message, { originalError: error instanceof Error ? error : new Error(String(error)) });
}

function loggerOf(log: Log): { [level in 'debug' | 'info' | 'warn' | 'error']: (message: unknown) => void } {
  const say = (level: 'debug' | 'info' | 'warn' | 'error') => (message: unknown) =>
    log[level](String(message), { from: 'apollo' });
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}
