import { putInto } from "../plan/branches.ts";
import type { PipelinePlan, PlannedComponent } from "../plan/pipeline-plan.ts";

/** The variables of the emitted program. All are generated: none is text of the configuration. */
export interface Names {
  /** The variable of a component's run-time object, by the id of its context. */
  objectOf(id: string): string;
  /** The variable of the consumer of a Kafka source or of a Kafka channel's sinks. */
  consumerOf(id: string): string;
  /** The variable of the producer of a Kafka channel. */
  producerOf(id: string): string;
  /** The variable of an object that a component is constructed with. */
  helperOf(id: string, role: string): string;
  /** `put` where there is one of it, else `putFromSource1`. */
  functionOf(base: string, connective: string, component: PlannedComponent, alone: boolean): string;
}

interface NamedObject {
  /** The component's id, and a role after a blank for what it has besides its own object. */
  readonly key: string;
  readonly role: string;
  readonly id: string;
}

/** Gives each run-time object its role as a name, with the component's number where a role is there twice. */
export function nameObjects(plan: PipelinePlan): Names {
  const objects = [...ofSources(plan), ...ofChannels(plan), ...ofSinks(plan)];
  const roles = Map.groupBy(objects, ({ role }) => role);
  const names = new Map(
    objects.map(({ key, role, id }) => {
      const alike = roles.get(role)!;
      if (alike.length === 1) return [key, role];
      // A source and a channel may have the same number
      const numbered = new Set(alike.map((one) => ordinalOf(one.id))).size === alike.length;
      return [key, numbered ? `${role}${ordinalOf(id)}` : `${role}Of${capitalised(id)}`];
    }),
  );
  return {
    objectOf: (id) => names.get(id)!,
    consumerOf: (id) => names.get(`${id} consumer`)!,
    producerOf: (id) => names.get(`${id} producer`)!,
    helperOf: (id, role) => names.get(`${id} ${role}`)!,
    functionOf: (base, connective, component, alone) =>
      alone ? base : `${base}${connective}${capitalised(component.id)}`,
  };
}

function ofSources(plan: PipelinePlan): NamedObject[] {
  return plan.sources.flatMap(({ id, fetch, construction }) => [
    { key: id, role: construction.role, id },
    ...(fetch === undefined ? [] : [{ key: `${id} consumer`, role: fetch.construction.role, id }]),
  ]);
}

function ofChannels(plan: PipelinePlan): NamedObject[] {
  return plan.channels.flatMap(({ id, topic, form, construction }) => {
    if (form === "passed") return [];
    if (topic === undefined) return [{ key: id, role: construction.role, id }];
    const put = putInto(plan, id)
      ? [
          { key: id, role: construction.role, id },
          { key: `${id} producer`, role: topic.producer.role, id },
        ]
      : [];
    return [...put, { key: `${id} consumer`, role: topic.fetch.construction.role, id }];
  });
}

function ofSinks(plan: PipelinePlan): NamedObject[] {
  return plan.sinks.flatMap(({ id, construction }) => [
    { key: id, role: construction.role, id },
    ...(construction.helpers ?? []).map(({ role }) => ({ key: `${id} ${role}`, role, id })),
  ]);
}

function ordinalOf(id: string): string {
  return /\d+$/.exec(id)![0];
}

function capitalised(id: string): string {
  return id[0]!.toUpperCase() + id.slice(1);
}
