// Who, where and what the stories are about. No word is part of another, and all are long enough to be no part of a common word.

export const people: readonly string[] = words(`
  Priyanka Tomasz Yukiko Leilani Kwabena Ingrid Rashid Svetlana Mateusz Oluwaseun Fatoumata Xiomara Anneliese Bogdan
  Chinedu Dagmar Eskander Freydis Giulietta Hiroshi Imogen Jadwiga Katinka Lorenzo Mehmet Nkechi Ottavio Parvati Quentin
  Rosalind Sunniva Thandiwe Ulrike Valentina Wilhelmina Yevgeni Zbigniew Aurelio Brunhilde Casimir Delphine Emeka
  Florentina Gwendolyn Hedwig Isidora Jocasta Kunigunde Ludovica Marcelline Nerissa Octavian
`);

export const places: readonly string[] = words(`
  bakery library greenhouse pantry balcony laundry theatre nursery foundry aviary boathouse cloakroom creamery armoury
  gymnasium vestibule scullery conservatory infirmary distillery planetarium apothecary courtyard basement mezzanine
  observatory ballroom refectory hatchery windmill orangery tannery staircase classroom dormitory cafeteria pharmacy
  aquarium
`);

export const things: readonly string[] = words(`
  accordion umbrella teapot tambourine hourglass typewriter microscope saxophone doorknob corkscrew abacus marionette
  harmonica kaleidoscope footstool tablecloth rucksack flowerpot bathrobe gramophone metronome paintbrush sunhat
  xylophone thermometer screwdriver wristwatch jigsaw snowglobe bicycle
`);

function words(list: string): readonly string[] {
  return list.trim().split(/\s+/);
}
