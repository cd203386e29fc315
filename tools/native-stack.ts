/**
 * Calls a native function on a thread of its own, with a stack of its own. koffi runs functions on a stack it allocates,
 * and ClickHouse refuses to run there: it checks that it is on the stack of its thread. So the thread starts in
 * setcontext(3), which takes one argument as a thread's start must, and enters the function with its own two.
 */
import koffi from 'koffi';
import type { LibraryHandle } from 'koffi';

export interface NativeCall {
  /** Address of `int function(int argc, char **argv)`. */
  readonly entry: bigint;
  readonly args: readonly string[];
}

const STACK = 64 * 1024 * 1024;
/** The top of a thread's stack belongs to the C library: thread-local data, and its own frames. */
const RESERVED = 4 * 1024 * 1024;
/** More than ucontext_t and pthread_attr_t have on any platform. */
const STRUCTURE = 16 * 1024;
/** Fields of ucontext_t on 64-bit Linux: link, stack pointer, stack size. */
const LINK = 8;
const STACK_POINTER = 16;
const STACK_SIZE = 32;

/** Starts it and returns. When the function returns the process ends, with code 1. */
export function callOnThread({ entry, args }: NativeCall): void {
  const libc = koffi.load('libc.so.6');
  const getcontext = libc.func('int getcontext(void *context)');
  const makecontext = libc.func('void makecontext(void *context, uintptr_t entry, int argc, uintptr_t first, uintptr_t second)');
  const stack = koffi.alloc('uint8_t', STACK);
  const end = koffi.alloc('uint8_t', STRUCTURE);
  getcontext(end);
  place(end, { stack: koffi.alloc('uint8_t', RESERVED), size: RESERVED, next: 0n });
  makecontext(end, koffi.address(libc.symbol('_exit')), 1, 1n, 0n);
  const context = koffi.alloc('uint8_t', STRUCTURE);
  getcontext(context);
  place(context, { stack, size: STACK - RESERVED, next: koffi.address(end) });
  makecontext(context, entry, 2, BigInt(args.length), koffi.address(argumentVector(args)));
  startThread(libc, { stack, context });
}

interface Place {
  readonly stack: unknown;
  readonly size: number;
  readonly next: bigint;
}

function place(context: unknown, { stack, size, next }: Place): void {
  koffi.encode(context, LINK, 'uintptr_t', next);
  koffi.encode(context, STACK_POINTER, 'uintptr_t', koffi.address(stack));
  koffi.encode(context, STACK_SIZE, 'size_t', size);
}

/** `char **` that lives as long as the process. */
function argumentVector(args: readonly string[]): unknown {
  const vector = koffi.alloc('uintptr_t', args.length + 1);
  for (const [index, arg] of [...args, undefined].entries()) {
    koffi.encode(vector, index * 8, 'uintptr_t', arg === undefined ? 0n : koffi.address(text(arg)));
  }
  return vector;
}

function text(value: string): unknown {
  const bytes = Buffer.from(`${value}\0`);
  const memory = koffi.alloc('uint8_t', bytes.length);
  koffi.encode(memory, koffi.array('uint8_t', bytes.length), bytes);
  return memory;
}

function startThread(libc: LibraryHandle, { stack, context }: { readonly stack: unknown; readonly context: unknown }): void {
  const attributes = koffi.alloc('uint8_t', STRUCTURE);
  libc.func('int pthread_attr_init(void *attributes)')(attributes);
  libc.func('int pthread_attr_setstack(void *attributes, void *stack, size_t size)')(attributes, stack, STACK);
  const create = libc.func('int pthread_create(void *thread, void *attributes, uintptr_t start, void *argument)');
  const failure = create(koffi.alloc('uintptr_t', 1), attributes, koffi.address(libc.symbol('setcontext')), context) as number;
  if (failure !== 0) throw new Error(`pthread_create failed with ${failure}`);
}
