// Questions on chapters 31 to 78 of Moby Dick (Herman Melville, 1851), in order. The questions are ours, the quotes the novel's.
import { asked, type NovelQuestion } from './novel.ts';

export const chapters31To78: readonly NovelQuestion[] = [
  asked(
    "What did the captain turn into in Stubb's dream?",
    ['pyramid', 'a pyramid'],
    'Ahab seemed a pyramid, and I, like a blazing fool, kept kicking at it.',
  ),
  asked(
    'What does the title Specksnyder mean, translated word for word?',
    ['Fat-Cutter', 'fat cutter'],
    'Literally this word means Fat-Cutter;',
  ),
  asked(
    "Which food was the little third mate too shy to take at the captain's table?",
    'butter',
    'Least of all, did Flask presume to help himself to butter.',
  ),
  asked(
    'On which ship did Captain Sleet sail?',
    ['Glacier', 'the Glacier'],
    "the then recently invented crow's-nest of the Glacier, which was the name of Captain Sleet's good craft.",
  ),
  asked(
    'Where does the statue of Nelson keep its look-out?',
    'Trafalgar Square',
    'Admiral Nelson, also, on a capstan of gun-metal, stands his mast-head in Trafalgar Square;',
  ),
  asked(
    'How much is the coin worth that Ahab shows to his men?',
    ['sixteen dollar', 'sixteen dollars', '16 dollars'],
    'it is a sixteen dollar piece, men.',
  ),
  asked(
    'Which tool did the first mate have to hand over so that the coin could be nailed up?',
    ['top-maul', 'topmaul', 'maul', 'hammer'],
    'Receiving the top-maul from Starbuck, he advanced towards the main-mast with the hammer uplifted in one hand',
  ),
  asked(
    'What did the harpooneers drink out of when they swore their oath?',
    ['harpoon sockets', 'sockets', 'sockets of their harpoons'],
    'he brimmed the harpoon sockets with the fiery waters from the pewter.',
  ),
  asked(
    'What apart from his size sets the white whale off from others of his kind?',
    ['forehead', 'hump', 'wrinkled forehead', 'white hump'],
    'a peculiar snow-white wrinkled forehead, and a high, pyramidical white hump.',
  ),
  asked(
    'What limb did the captain lose to the beast?',
    ['leg', 'his leg'],
    "Moby Dick had reaped away Ahab's leg, as a mower a blade of grass in the field.",
  ),
  asked(
    'Which country carries a white animal on its royal flag?',
    'Siam',
    'and the modern kings of Siam unfurling the same snow-white quadruped in the royal standard;',
  ),
  asked(
    'What did Ahab spread on his table after the squall?',
    ['sea charts', 'charts'],
    'bringing out a large wrinkled roll of yellowish sea charts',
  ),
  asked(
    'In which year was the Essex of Captain Pollard under way?',
    '1820',
    'In the year 1820 the ship Essex, Captain Pollard, of Nantucket, was cruising in the Pacific Ocean.',
  ),
  asked(
    'Near which islands did the Union go down?',
    ['Azores', 'the Azores'],
    'The ship Union, also of Nantucket, was in the year 1807 totally lost off the Azores by a similar onset',
  ),
  asked(
    "On which explorer's expedition did Langsdorff serve?",
    ['Krusenstern', 'Admiral Krusenstern'],
    "Langsdorff, you must know by the way, was attached to the Russian Admiral Krusenstern's famous Discovery Expedition",
  ),
  asked(
    'What were the two friends making when the first whale was sighted?',
    ['sword-mat', 'mat', 'sword mat'],
    'Queequeg and I were mildly employed weaving what is called a sword-mat, for an additional lashing to our boat.',
  ),
  asked(
    'Who stood look-out aloft that afternoon?',
    'Tashtego',
    'High aloft in the cross-trees was that mad Gay-Header, Tashtego.',
  ),
  asked(
    'What is the old man with the white turban called?',
    'Fedallah',
    'Ahab cried out to the white-turbaned old man at their head, "All ready there, Fedallah?',
  ),
  asked(
    "From where do the men of the captain's secret crew seem to come?",
    ['Manillas', 'Manilla'],
    'of that vivid, tiger-yellow complexion peculiar to some of the aboriginal natives of the Manillas;',
  ),
  asked(
    'On whose shoulders did Flask stand to see farther?',
    ['Daggoo', "Daggoo's"],
    'swiftly slid aft, and then erecting himself volunteered his lofty shoulders for a pedestal.',
    'And here was Flask now standing, Daggoo with one lifted arm furnishing him with a breastband to lean against and steady himself by.',
  ),
  asked(
    'What document did the narrator draw up once he was safe from the swamped boat?',
    ['will', 'his will', 'draft of my will'],
    'I thought I might as well go below and make a rough draft of my will.',
  ),
  asked(
    'What was seen far ahead on the quiet moonlit night?',
    ['silvery jet', 'jet', 'spout'],
    'on such a silent night a silvery jet was seen far in advance of the white bubbles at the bow.',
  ),
  asked(
    'Which ship did they meet near the Crozetts?',
    ['Goney', 'Albatross'],
    'off the distant Crozetts, a good cruising ground for Right Whalemen, a sail loomed ahead, the Goney (Albatross) by name.',
  ),
  asked(
    "What slipped out of the strange captain's hand?",
    ['trumpet', 'his trumpet'],
    'in the act of putting his trumpet to his mouth, it somehow fell from his hand into the sea;',
  ),
  asked(
    'In which city did the narrator tell his Spanish friends of the Town-Ho?',
    'Lima',
    "I shall preserve the style in which I once narrated it at Lima, to a lounging circle of my Spanish friends, one saint's eve, smoking upon the thick-gilt tiled piazza of the Golden Inn.",
  ),
  asked(
    'What did the crew of the Town-Ho blame for their leak?',
    ['sword-fish', 'swordfish'],
    'They supposed a sword-fish had stabbed her, gentlemen.',
  ),
  asked(
    'For which island did the captain of the Town-Ho set out to find hands?',
    'Tahiti',
    'steered straight before the wind for Tahiti, five hundred miles distant, to procure a reinforcement to his crew.',
  ),
  asked(
    'How thick is the rope that is tied to the harpoon?',
    ['two-thirds of an inch', '2/3 inch', 'two thirds of an inch'],
    'The whale-line is only two-thirds of an inch in thickness.',
  ),
  asked(
    'How many fathoms of it are there?',
    ['two hundred', '200', 'over two hundred'],
    'In length, the common sperm whale-line measures something over two hundred fathoms.',
  ),
  asked(
    "What is the cook's name?",
    ['Fleece', 'old Fleece'],
    'this old Fleece, as they called him, came shuffling and limping along',
  ),
  asked(
    "What nearly bit off the tattooed harpooneer's fingers on deck?",
    ['shark', 'sharks', 'one of these sharks'],
    "Killed and hoisted on deck for the sake of his skin, one of these sharks almost took poor Queequeg's hand off",
  ),
  asked(
    'Why did the captain of the Jeroboam keep away from the Pequod?',
    ['epidemic', 'malignant epidemic'],
    "It turned out that the Jeroboam had a malignant epidemic on board, and that Mayhew, her captain, was fearful of infecting the Pequod's company.",
  ),
  asked(
    'Which archangel did the mad sailor of the Jeroboam take himself for?',
    'Gabriel',
    'He announced himself as the archangel Gabriel, and commanded the captain to jump overboard.',
  ),
  asked(
    'What is the line called that binds the harpooneer over the side to his mate?',
    ['monkey-rope', 'monkey rope'],
    'by what is technically called in the fishery a monkey-rope, attached to a strong strip of canvas belted round his waist.',
  ),
];
