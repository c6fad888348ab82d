import type { PeopleGroup } from "@/domain/rules/audience";

/** People and what they come to, in all and by each split; everybody stands in one group of each. */
export class GroupSums<Split extends string> {
  people = 0;
  amount = 0;
  readonly #groups: ReadonlyMap<Split, Map<string, PeopleGroup>>;

  constructor(names: readonly Split[]) {
    this.#groups = new Map(names.map((name) => [name, new Map()]));
  }

  add(people: number, amount: number, keys: Record<Split, string>): void {
    this.people += people;
    this.amount += amount;
    for (const [split, groups] of this.#groups) {
      const key = keys[split];
      const group = groups.get(key) ?? { key, people: 0, amount: 0 };
      group.people += people;
      group.amount += amount;
      groups.set(key, group);
    }
  }

  get splits(): Record<Split, PeopleGroup[]> {
    return Object.fromEntries(
      [...this.#groups].map(([split, groups]) => [split, [...groups.values()]]),
    ) as unknown as Record<Split, PeopleGroup[]>;
  }
}
