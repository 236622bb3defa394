import { Component, type ComponentChildren } from "preact";

/** Something that cannot be drawn leaves a gap where it was, not a blank chat. */
export class Boundary extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };

  static override getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override componentDidUpdate(before: { children: ComponentChildren }): void {
    if (this.state.broken && before.children !== this.props.children) this.setState({ broken: false });
  }

  render() {
    return this.state.broken ? null : this.props.children;
  }
}
