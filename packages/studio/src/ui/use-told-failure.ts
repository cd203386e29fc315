import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useEffect } from 'react';
import { hintOf } from './states.tsx';

/** Tells in passing why an action failed. */
export function useToldFailure(error: Error | undefined, what: string): void {
  useEffect(() => {
    if (error) ToastQueue.negative(`${what} ${error.message} ${hintOf(error) ?? ''}`);
  }, [error, what]);
}
