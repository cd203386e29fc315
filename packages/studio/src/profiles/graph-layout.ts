/** Where the identities of a person stand in the picture of their graph: on an ellipse, the primary one on top; the same graph is the same picture. */

export const WIDTH = 400;
export const HEIGHT = 240;
/** So that labels below the lowest and beside the outermost ones are whole. */
const MARGIN = { x: 72, y: 34 };

export interface Placed<Node> {
  readonly node: Node;
  readonly x: number;
  readonly y: number;
}

/** @param nodes in the order in which they go round, clockwise from the top */
export function onEllipse<Node>(nodes: readonly Node[]): readonly Placed<Node>[] {
  const [first] = nodes;
  if (first === undefined) return [];
  if (nodes.length === 1) return [{ node: first, x: WIDTH / 2, y: HEIGHT / 2 }];
  const [rx, ry] = [WIDTH / 2 - MARGIN.x, HEIGHT / 2 - MARGIN.y];
  return nodes.map((node, index) => {
    const angle = (2 * Math.PI * index) / nodes.length - Math.PI / 2;
    return { node, x: WIDTH / 2 + rx * Math.cos(angle), y: HEIGHT / 2 - 8 + ry * Math.sin(angle) };
  });
}
