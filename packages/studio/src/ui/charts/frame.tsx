import type { ReactNode } from 'react';
import styles from './charts.module.css';
import { ticksOf } from './ticks.ts';
import { useWidth } from './use-width.ts';

export interface Axis {
  readonly title: string;
  readonly domain: readonly [number, number];
  readonly format: (value: number) => string;
  /** Where numbers stand; round ones when left out. */
  readonly ticks?: readonly number[];
}

/** Where values lie on screen, in pixels. */
export interface Place {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface FrameProps {
  readonly x: Axis;
  readonly y: Axis;
  readonly height?: number;
  readonly children: (place: Place) => ReactNode;
}

const MARGIN = { top: 10, right: 14, bottom: 40, left: 56 };
const TICK_WIDTH = 80;
const TICK_HEIGHT = 45;

/** Two axes around a picture that is as wide as its place, with text of the size of the page. */
export function Frame({ x, y, height = 240, children }: FrameProps) {
  const [element, width] = useWidth();
  const place = placeOf(x, y, { width, height });
  return (
    <div ref={element} style={{ height }}>
      {width > 0 && (
        <svg width={width} height={height} className={styles.frame}>
          <Lines x={x} y={y} place={place} />
          {children(place)}
        </svg>
      )}
    </div>
  );
}

function placeOf(x: Axis, y: Axis, { width, height }: { readonly width: number; readonly height: number }): Place {
  const [left, right, top, bottom] = [MARGIN.left, width - MARGIN.right, MARGIN.top, height - MARGIN.bottom];
  const scale =
    ([from, to]: Axis['domain'], start: number, end: number) =>
    (value: number) =>
      to === from ? (start + end) / 2 : start + ((value - from) / (to - from)) * (end - start);
  return { x: scale(x.domain, left, right), y: scale(y.domain, bottom, top), left, right, top, bottom };
}

function Lines({ x, y, place }: { readonly x: Axis; readonly y: Axis; readonly place: Place }) {
  const { left, right, top, bottom } = place;
  const across = x.ticks ?? ticksOf(x.domain, Math.max(2, Math.floor((right - left) / TICK_WIDTH)));
  const upwards = y.ticks ?? ticksOf(y.domain, Math.max(2, Math.floor((bottom - top) / TICK_HEIGHT)));
  return (
    <>
      {upwards.map((tick) => (
        <g key={tick}>
          <line className={styles.grid} x1={left} x2={right} y1={place.y(tick)} y2={place.y(tick)} />
          <text x={left - 8} y={place.y(tick)} dy="0.32em" textAnchor="end">
            {y.format(tick)}
          </text>
        </g>
      ))}
      {across.map((tick) => (
        <text key={tick} x={place.x(tick)} y={bottom + 16} textAnchor="middle">
          {shortened(x.format(tick), (right - left) / across.length)}
        </text>
      ))}
      <text className={styles.title} x={(left + right) / 2} y={bottom + 34} textAnchor="middle">
        {x.title}
      </text>
      <text className={styles.title} transform={`translate(12 ${(top + bottom) / 2}) rotate(-90)`} textAnchor="middle">
        {y.title}
      </text>
    </>
  );
}

const LETTER_WIDTH = 6.5;

/** A text cut to so many pixels; the table has it whole. */
function shortened(text: string, width: number): string {
  const letters = Math.max(3, Math.floor(width / LETTER_WIDTH));
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}
