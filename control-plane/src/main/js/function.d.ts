/** What a function finds in its global scope besides what the web has, and of the web what is less here. */

declare var self: typeof globalThis;

type Transferable = ArrayBuffer | ReadableStream | WritableStream | TransformStream;
type MessageEventSource = never;

/** Of the module: "error", "unhandledrejection" and "rejectionhandled". */
declare function addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: AddEventListenerOptions | boolean): void;
declare function removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: EventListenerOptions | boolean): void;
declare function dispatchEvent(event: Event): boolean;

interface SymbolConstructor {
  readonly dispose: unique symbol;
  readonly asyncDispose: unique symbol;
}
interface Disposable {
  [Symbol.dispose](): void;
}
interface AsyncDisposable {
  [Symbol.asyncDispose](): PromiseLike<void>;
}

interface Navigator {
  readonly hardwareConcurrency: number;
  readonly language: string;
  readonly languages: readonly string[];
  readonly onLine: boolean;
  readonly userAgent: string;
}
declare var Navigator: { prototype: Navigator };
declare var navigator: Navigator;

/** Responses of this app that may be forgotten at any time; for as long as their headers say, at most. */
interface Cache {
  match(request: RequestInfo | URL, options?: { ignoreMethod?: boolean }): Promise<Response | undefined>;
  put(request: RequestInfo | URL, response: Response): Promise<void>;
  delete(request: RequestInfo | URL, options?: { ignoreMethod?: boolean }): Promise<boolean>;
}
declare var Cache: { prototype: Cache };
interface CacheStorage {
  readonly default: Cache;
  open(name: string): Promise<Cache>;
  has(name: string): Promise<boolean>;
  delete(name: string): Promise<boolean>;
}
declare var CacheStorage: { prototype: CacheStorage };
declare var caches: CacheStorage;

/** Data of this app that lives for ever, variables, secrets and queues, by their names. */
interface Env {
  readonly KV: Deno.Kv;
  readonly [name: string]: any;
}

/** Of one call. */
interface ExecutionContext {
  /** Lets work go on after the answer. */
  waitUntil(promise: Promise<unknown>): void;
  passThroughOnException(): void;
}

/** A cron that is due. */
interface ScheduledEvent {
  readonly type: "scheduled";
  /** The schedule as `edge.json` has it. */
  readonly cron: string;
  /** When it was due, in milliseconds since 1970. */
  readonly scheduledTime: number;
  /** Fires when the node stops, or the run's time is over. */
  readonly signal: AbortSignal;
  /** A run that fails is not tried again. */
  noRetry(): void;
}

interface Message<Body = any> {
  readonly id: string;
  readonly timestamp: Date;
  readonly body: Body;
  /** How often it was delivered, this time among them. */
  readonly attempts: number;
  ack(): void;
  retry(options?: { delaySeconds?: number }): void;
}

interface MessageBatch<Body = any> {
  readonly queue: string;
  readonly messages: readonly Message<Body>[];
  ackAll(): void;
  retryAll(options?: { delaySeconds?: number }): void;
}

/** A named queue, as `env` has it. */
interface Queue<Body = any> {
  send(body: Body, options?: { delaySeconds?: number }): Promise<void>;
  sendBatch(messages: Iterable<{ body: Body; delaySeconds?: number }>, options?: { delaySeconds?: number }): Promise<void>;
}

/** What a module may export as its default. */
interface ExportedHandler<E = Env, Body = any> {
  fetch?(request: Request, env: E, ctx: ExecutionContext): Response | Promise<Response>;
  scheduled?(event: ScheduledEvent, env: E, ctx: ExecutionContext): unknown;
  queue?(batch: MessageBatch<Body>, env: E, ctx: ExecutionContext): unknown;
}

declare namespace Deno {
  interface NetAddr {
    transport: "tcp" | "udp";
    hostname: string;
    port: number;
  }
  interface ServeHandlerInfo {
    readonly remoteAddr: NetAddr;
    readonly completed: Promise<void>;
  }
  type ServeHandler = (request: Request, info: ServeHandlerInfo) => Response | Promise<Response>;
  interface ServeOptions {
    onError?(error: unknown): Response | Promise<Response>;
    onListen?(address: NetAddr): void;
    signal?: AbortSignal;
    port?: number;
    hostname?: string;
  }
  interface HttpServer extends AsyncDisposable {
    readonly finished: Promise<void>;
    readonly addr: NetAddr;
    shutdown(): Promise<void>;
    ref(): void;
    unref(): void;
  }
  function serve(handler: ServeHandler): HttpServer;
  function serve(options: ServeOptions, handler: ServeHandler): HttpServer;
  function serve(options: ServeOptions & { handler: ServeHandler }): HttpServer;

  const env: {
    get(name: string): string | undefined;
    set(name: string, value: string): void;
    delete(name: string): void;
    has(name: string): boolean;
    toObject(): Record<string, string>;
  };

  type CronField = number | { exact: number | number[] } | { start?: number; end?: number; every?: number };
  interface CronSchedule {
    minute?: CronField;
    hour?: CronField;
    dayOfMonth?: CronField;
    month?: CronField;
    dayOfWeek?: CronField;
  }
  interface CronOptions {
    backoffSchedule?: number[];
    signal?: AbortSignal;
    timezone?: string;
    overlap?: "skip" | "queue" | "allow";
    missed?: "skip" | "one" | "all";
    jitterMs?: number;
    deadlineMs?: number;
  }
  function cron(name: string, schedule: string | CronSchedule, handler: () => unknown, options?: CronOptions): Promise<void>;
  function cron(name: string, schedule: string | CronSchedule, options: CronOptions, handler: () => unknown): Promise<void>;

  type KvKeyPart = Uint8Array | string | number | bigint | boolean | symbol;
  type KvKey = readonly KvKeyPart[];
  type KvConsistencyLevel = "strong" | "eventual";
  type KvListSelector = { prefix: KvKey } | { prefix: KvKey; start: KvKey } | { prefix: KvKey; end: KvKey } | { start: KvKey; end: KvKey };
  interface KvListOptions {
    limit?: number;
    cursor?: string;
    reverse?: boolean;
    consistency?: KvConsistencyLevel;
    batchSize?: number;
  }
  interface KvEntry<T> {
    key: KvKey;
    value: T;
    versionstamp: string;
  }
  type KvEntryMaybe<T> = KvEntry<T> | { key: KvKey; value: null; versionstamp: null };
  interface KvCommitResult {
    ok: true;
    versionstamp: string;
  }
  interface KvCommitError {
    ok: false;
  }
  interface AtomicCheck {
    key: KvKey;
    versionstamp: string | null;
  }
  type KvMutation = { key: KvKey } & (
    | { type: "set"; value: unknown; expireIn?: number }
    | { type: "delete" }
    | { type: "sum" | "min" | "max"; value: KvU64 }
  );
  interface KvEnqueueOptions {
    delay?: number;
    keysIfUndelivered?: KvKey[];
    backoffSchedule?: number[];
  }
  class KvListIterator<T> implements AsyncIterableIterator<KvEntry<T>> {
    private constructor();
    get cursor(): string;
    next(): Promise<IteratorResult<KvEntry<T>, undefined>>;
    [Symbol.asyncIterator](): AsyncIterableIterator<KvEntry<T>>;
  }
  class AtomicOperation {
    private constructor();
    check(...checks: AtomicCheck[]): this;
    mutate(...mutations: KvMutation[]): this;
    sum(key: KvKey, n: bigint): this;
    min(key: KvKey, n: bigint): this;
    max(key: KvKey, n: bigint): this;
    set(key: KvKey, value: unknown, options?: { expireIn?: number }): this;
    delete(key: KvKey): this;
    enqueue(value: unknown, options?: KvEnqueueOptions): this;
    commit(): Promise<KvCommitResult | KvCommitError>;
  }
  class Kv implements Disposable {
    private constructor();
    get<T = unknown>(key: KvKey, options?: { consistency?: KvConsistencyLevel }): Promise<KvEntryMaybe<T>>;
    getMany<T extends readonly unknown[]>(
      keys: readonly [...{ [K in keyof T]: KvKey }],
      options?: { consistency?: KvConsistencyLevel },
    ): Promise<{ [K in keyof T]: KvEntryMaybe<T[K]> }>;
    set(key: KvKey, value: unknown, options?: { expireIn?: number }): Promise<KvCommitResult>;
    delete(key: KvKey): Promise<void>;
    list<T = unknown>(selector: KvListSelector, options?: KvListOptions): KvListIterator<T>;
    enqueue(value: unknown, options?: KvEnqueueOptions): Promise<KvCommitResult>;
    listenQueue(handler: (value: any) => unknown): Promise<void>;
    atomic(): AtomicOperation;
    watch<T extends readonly unknown[]>(
      keys: readonly [...{ [K in keyof T]: KvKey }],
      options?: { raw?: boolean },
    ): ReadableStream<{ [K in keyof T]: KvEntryMaybe<T[K]> }>;
    commitVersionstamp(): symbol;
    close(): void;
    [Symbol.dispose](): void;
  }
  class KvU64 {
    constructor(value: bigint);
    readonly value: bigint;
  }
  /** Opens a database of the app's tenant; without a name, the app's own. */
  function openKv(name?: string): Promise<Kv>;

  namespace errors {
    class AddrInUse extends Error {}
    class AddrNotAvailable extends Error {}
    class AlreadyExists extends Error {}
    class BadResource extends Error {}
    class BrokenPipe extends Error {}
    class Busy extends Error {}
    class ConnectionAborted extends Error {}
    class ConnectionRefused extends Error {}
    class ConnectionReset extends Error {}
    class Http extends Error {}
    class Interrupted extends Error {}
    class InvalidData extends Error {}
    class NetworkUnreachable extends Error {}
    class NotCapable extends Error {}
    class NotConnected extends Error {}
    class NotFound extends Error {}
    class NotSupported extends Error {}
    class PermissionDenied extends Error {}
    class TimedOut extends Error {}
    class UnexpectedEof extends Error {}
    class WouldBlock extends Error {}
    class WriteZero extends Error {}
  }
  const version: { deno: string; v8: string; typescript: string };
  const build: { target: string; arch: string; os: string; vendor: string; env?: string; standalone: boolean };
  const args: string[];
  const noColor: boolean;
  /** For programs that `edge run` runs. */
  function exit(status?: number): never;
  function inspect(value: unknown, options?: { depth?: number }): string;
}
