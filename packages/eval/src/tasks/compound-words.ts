// Words enough for long lists: pairs of short nouns, none of which is part of another pair.
import type { Random } from '@longread/core';

const nouns =
  `anvil apple apron badge basin beard bench blaze bloom brick brook brush cabin camel candy cargo chalk charm cider clerk
  cliff cloak clock cloud coach coral crane crown daisy dough dwarf eagle ember fable feast fence ferry flame flint flute
  frost giant glass globe glove grape guard hazel heron honey horse hotel ivory jewel juice knife lemon lilac linen lodge
  maple medal melon motor mouse ocean olive onion otter paint panda paper peach pearl piano pilot plank plume porch quilt
  raven river robin salad scarf shark sheep shell skirt slate smoke snail spade spoon stamp steam stone stove sugar swamp
  table tiger toast torch tower trout truck tulip uncle valve vault wagon wheat witch yacht zebra`
    .trim()
    .split(/\s+/);

/** Ten letters; one of more than 14,000. */
export function compoundWord(random: Random): string {
  const first = random.pick(nouns);
  return first + random.pick(nouns.filter((noun) => noun !== first));
}
