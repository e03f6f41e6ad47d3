import type { PartGroup } from "./component.ts";
import type { FlumeVersion, PropertyDefinition } from "./property.ts";
import { className, open, partNames, partType, reference, references } from "./property-types.ts";

function type(since: FlumeVersion): PropertyDefinition {
  return partType({
    required: true,
    since,
    description: "What it is: one of Flume's names, in any case, or the full name of a class.",
  });
}

function config(since: FlumeVersion): PropertyDefinition {
  return className({
    since,
    description:
      "A class that checks the configuration of a custom type. Flume ships none, so there is hardly ever a use for it.",
  });
}

/** The later of two releases: a common property is as old as the component that has it. */
function later(a: FlumeVersion, b: FlumeVersion): FlumeVersion {
  return releaseNumber(a) < releaseNumber(b) ? b : a;
}

/** A release as a number that can be compared: `1.11` is 1011. */
export function releaseNumber(version: FlumeVersion): number {
  const [major, minor] = version.split(".");
  return Number(major) * 1000 + Number(minor);
}

/** What every source has, in a source that came with this release. */
export function sourceProperties(since: FlumeVersion) {
  return {
    type: type(since),
    channels: references("channel", {
      separator: "whitespace",
      required: true,
      since,
      description: "The channels that this source puts its events into, separated by blanks.",
    }),
    config: config(later(since, "1.1")),
    "selector.type": partType({
      default: "replicating",
      since,
      description: "How events are shared among several channels: each to all, or by a header.",
    }),
    "selector.*": open({ since, description: "The properties of the channel selector." }),
    interceptors: partNames({
      separator: "whitespace",
      since: later(since, "1.1"),
      description: "The interceptors that each event passes before it reaches a channel, in this order.",
    }),
    "interceptors.*": open({
      since: later(since, "1.1"),
      description: "The properties of each interceptor.",
    }),
  };
}

/** The parts of every source. */
export const sourceParts: readonly PartGroup[] = [
  { form: "listed", kind: "interceptor", names: "interceptors" },
  {
    form: "single",
    kind: "selector",
    type: "selector.type",
    prefix: "selector.",
    defaultType: "replicating",
  },
];

/** What every channel has, in a channel that came with this release. */
export function channelProperties(since: FlumeVersion) {
  return { type: type(since), config: config(later(since, "1.1")) };
}

/** What every sink has, in a sink that came with this release. */
export function sinkProperties(since: FlumeVersion) {
  return {
    type: type(since),
    channel: reference("channel", {
      required: true,
      since,
      description: "The one channel that this sink drains.",
    }),
    config: config(later(since, "1.1")),
  };
}

/** What every interceptor has, in an interceptor that came with this release. */
export function interceptorProperties(since: FlumeVersion) {
  return { type: type(since) };
}

/** What every channel selector has; only the default one goes without a type. */
export function selectorProperties(since: FlumeVersion, { isDefault }: { readonly isDefault: boolean }) {
  return {
    type: partType({
      ...(!isDefault && { required: true }),
      since: later(since, "1.1"),
      description: "How events are shared among several channels: one of Flume's names, or a class.",
    }),
  };
}
