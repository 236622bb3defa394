import { Component, type ComponentChild, h } from "preact";

type Draw<P> = (props: P) => ComponentChild;

/** preact/compat's memo without the rest of compat. */
export function memo<P extends object>(draw: Draw<P>, same: (before: P, after: P) => boolean): Draw<P> {
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each component, at module level
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return !same(this.props, next);
    }
    render(props: P): ComponentChild {
      // biome-ignore lint/suspicious/noExplicitAny: h() cannot see that the props are the component's own
      return h(draw as any, props as any);
    }
  }
  // biome-ignore lint/suspicious/noExplicitAny: a class where a function is expected; JSX takes both
  return Memo as any;
}
