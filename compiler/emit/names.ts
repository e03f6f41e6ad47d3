import type { PipelinePlan, PlannedComponent } from "../plan/pipeline-plan.ts";

/** The variables of the emitted program. All are generated: none is text of the configuration. */
export interface Names {
  /** The variable of a component's run-time object, by the id of its context. */
  objectOf(id: string): string;
  /** `put` where there is one of it, else `putFromSource1`. */
  functionOf(base: string, connective: string, component: PlannedComponent, alone: boolean): string;
}

/** Gives each run-time object its role as a name, with the component's number where a role is there twice. */
export function nameObjects(plan: PipelinePlan): Names {
  const components = [...plan.sources, ...plan.channels, ...plan.sinks];
  const roles = Map.groupBy(components, (component) => component.construction.role);
  const objects = new Map(
    components.map((component) => {
      const { role } = component.construction;
      const alone = roles.get(role)!.length === 1;
      return [component.id, alone ? role : `${role}${ordinalOf(component.id)}`];
    }),
  );
  return {
    objectOf: (id) => objects.get(id)!,
    functionOf: (base, connective, component, alone) =>
      alone ? base : `${base}${connective}${capitalised(component.id)}`,
  };
}

function ordinalOf(id: string): string {
  return /\d+$/.exec(id)![0];
}

function capitalised(id: string): string {
  return id[0]!.toUpperCase() + id.slice(1);
}
