// The words of the filler's slots; see filler-patterns.ts. No digits, and no place a needle could name.

/** Fillings of the slots: slot name to its options. */
export const words: Readonly<Record<string, readonly string[]>> = {
  time: list(`
    Toward evening | Early the next morning | A little before noon | On the last day of the month |
    Long after midnight | At the turn of the tide | Some days later | On the Sunday following |
    As soon as the snow was gone | In the first week of harvest | While the others were at church |
    Before anyone was awake
  `),
  person: list(`
    Mr. Aldous Penfold | old Hester | the younger Miss Carrow | Captain Brandt | the schoolmaster |
    Josiah Tull | the widow Maren | Doctor Ambrose Lyle | little Edmund | the parson |
    Cousin Theodora | Mrs. Pettigrew | Silas the carter | the ferryman | Lady Ashcombe |
    young Rupert Vane | the innkeeper | Nathaniel | Aunt Philippa | the foreign gentleman |
    Martha Quill | Sergeant Dobbs | the miller | Barnaby Holt | Eleanor | the night porter |
    Mr. Fenwick the elder | Agnes Thorne
  `),
  place: list(`
    the harbour | the old mill | the churchyard | the upper meadow | the ferry landing |
    the toll-gate | the market square | the edge of the marsh | the ruined chapel | the long bridge |
    the orchard | the customs house | the north road | the quarry | the inn by the crossroads |
    the sea wall | the brewery | the lower village | the beech wood | the canal | the manor |
    the schoolhouse | the rope-walk | the sheepfold | the spring under the hill
  `),
  sight: list(`
    the lamps being lit along the shore | the herring boats coming home | the smoke over the roofs |
    a procession of carts | the moon upon the wet slates | the far hills under their first snow |
    children chasing a hoop | the barley moving in the wind | the river in flood |
    a single sail against the sun | the geese going south | the windows of the great house |
    the fires on the other bank | the mist lying in the valley | the soldiers at their drill |
    the washing on the lines
  `),
  past: list(`
    the winter of the great frost | her father's time | the year of the comet | the night of the fire |
    the day of the wedding | the quarrel about the fence | the old king's funeral |
    the spring when the dam broke | his first voyage | the summer fair | the end of the war | Michaelmas
  `),
  remark: list(`
    We had better go in | It is later than you think | You never cared for music |
    I would not trust him with a spoon | There is no harm in asking |
    The river will tell us soon enough | Nobody paid for it in the end | Let the horses rest a while |
    I have heard that story before | One grows used to anything | That is no way to hold a lantern |
    My mother said the same | You may keep the change | It will be fair by Thursday |
    He was always a poor sleeper | I expected something larger | Bring the other one |
    Say nothing of this upstairs | They do these things better in town |
    It was not the cold that I minded
  `),
  weather: list(`
    A thin rain was falling | The fog had come up from the water | The heat lay heavy on the fields |
    Snow had fallen since daybreak | The night was clear and very cold | It blew hard from the west |
    The frost had not left the ground | Thunder went about the hills |
    The sky was the colour of pewter | The morning was soft and windless |
    Hail rattled upon the glass | A red dusk hung over everything
  `),
  thing: list(`
    a basket of russet apples | two letters with broken seals | a coil of tarred rope |
    the minister's spectacles | half a loaf and some cheese | a bundle of faded ribbons |
    the plans of the new bridge | a cargo of salt and timber | somebody's left glove |
    a jar of preserved plums | the parish accounts | a stack of unpaid bills |
    the wreck of an umbrella | a map without any names | a sack of seed corn | the best china |
    a drawing of a horse | several yards of green cloth | an empty birdcage | a bottle of dark medicine
  `),
  adjective: list(`
    crooked | heavy | pleasant | grave | shabby | curious | gentle | handsome | narrow | patient |
    weathered | stubborn | solemn | careless | bright | melancholy | respectable | doubtful | plain |
    hollow | cheerful | severe | quiet | foreign
  `),
  object: list(`
    brass clock | walnut cabinet | copper kettle | looking-glass | sea-chest | violin |
    silver thimble | prayer book | oil lamp | barometer | spinning wheel | iron key | leather trunk |
    portrait | walking stick | snuff box | telescope | writing desk | pewter jug | music box |
    warming pan | saddle
  `),
  vessel: list(`
    brig | schooner | coal barge | fishing smack | mail packet | whaler | cutter | lugger |
    timber ship | river steamer
  `),
  subject: list(`
    the price of wool | the education of daughters | bees | the errors of astronomers |
    the late election | drainage | Roman coins | the proper way to cure a ham | ghosts |
    foreign travel | the rights of tenants | fossils | the habits of eels | old ballads |
    the new railway | roses | the conduct of the vicar | inheritances | sea serpents |
    the decline of good manners
  `),
  trade: list(`
    cooper | glazier | tailor | pilot | clockmaker | blacksmith | bookbinder | gardener | saddler |
    chandler | mason | shepherd | fiddler | thatcher
  `),
  animal: list(`
    spaniel | grey cat | mule | goat | jackdaw | terrier | donkey | hen | sheepdog | mare | parrot |
    hedgehog
  `),
};

function list(options: string): readonly string[] {
  return options.split('|').map((option) => option.trim());
}
