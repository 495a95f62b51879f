// Questions on chapters 15 to 30 of Moby Dick (Herman Melville, 1851), in order. The questions are ours, the quotes the novel's.
import { asked, type NovelQuestion } from './novel.ts';

export const chapters15To30: readonly NovelQuestion[] = [
  asked(
    "What sort of material covers Mr. Hussey's ledgers?",
    ['shark-skin', 'sharkskin', 'shark skin'],
    'Hosea Hussey had his account books bound in superior old shark-skin.',
  ),
  asked(
    'Which guest house did the keeper of the Spouter-Inn send them to?',
    ['Try Pots', 'the Try Pots'],
    'The landlord of the Spouter-Inn had recommended us to his cousin Hosea Hussey of the Try Pots',
  ),
  asked(
    'What did the cow at the beach have on her feet?',
    ["cod's decapitated head", "cod's head", 'cod heads', 'heads of cod', "cod's heads"],
    "I saw Hosea's brindled cow feeding on fish remnants, and marching along the sand with each foot in a cod's decapitated head",
  ),
  asked(
    'Which people was the Pequod named after?',
    ['Massachusetts Indians', 'tribe of Massachusetts Indians'],
    'Pequod, you will no doubt remember, was the name of a celebrated tribe of Massachusetts Indians;',
  ),
  asked(
    'What is the steering bar of the Pequod made of?',
    ['jaw', 'lower jaw', 'jaw of a whale', "whale's jaw"],
    'and that tiller was in one mass, curiously carved from the long narrow lower jaw of her hereditary foe.',
  ),
  asked(
    'What share did stingy Bildad find large enough for the new hand?',
    ['seven hundred and seventy-seventh', '777th'],
    "the seven hundred and seventy-seventh wouldn't be too much, would it?",
  ),
  asked(
    'What share did Peleg write down for him in the end?',
    ['three hundredth', '300th'],
    'I am going to put him down for the three hundredth,',
  ),
  asked(
    "Who at Gayhead foretold something about the captain's name?",
    ['Tistig', 'squaw Tistig'],
    'And yet the old squaw Tistig, at Gayhead, said that the name would somehow prove prophetic.',
  ),
  asked(
    'What did Mrs. Hussey carry when she was called upstairs?',
    ['mustard-pot', 'vinegar-cruet', 'mustard pot', 'mustard', 'vinegar'],
    'with a mustard-pot in one hand and a vinegar-cruet in the other',
  ),
  asked(
    'What did the savage balance above his brow all through his fast?',
    'Yojo',
    'squatting on his hams, and holding Yojo on top of his head.',
  ),
  asked(
    'What target did Queequeg hit to show how well he throws?',
    ['tar', 'tar spot', 'drop of tar', 'spot of tar'],
    "he darted the iron right over old Bildad's broad brim, clean across the ship's decks, and struck the glistening tar spot out of sight.",
  ),
  asked(
    'Which share was the cannibal promised when he signed on?',
    ['ninetieth', '90th'],
    "we'll give ye the ninetieth lay, and that's more than ever was given a harpooneer yet out of Nantucket.",
  ),
  asked(
    'To which church does Queequeg belong, as his friend claims?',
    ['First Congregational Church', 'First Congregational'],
    'Queequeg here is a born member of the First Congregational Church.',
  ),
  asked(
    'Which disease had scarred the beggarly prophet on the quay?',
    ['small-pox', 'smallpox'],
    'A confluent small-pox had in all directions flowed over his face',
  ),
  asked(
    "What is the first name of Captain Bildad's sister?",
    ['Charity', 'Aunt Charity'],
    'Never did any woman better deserve her name, which was Charity—Aunt Charity, as everybody called her.',
  ),
  asked(
    'At about what time did the two come down to board the ship?',
    ["six o'clock", 'six', "6 o'clock"],
    "It was nearly six o'clock, but only grey imperfect misty dawn, when we drew nigh the wharf.",
  ),
  asked('On which holiday did the voyage begin?', 'Christmas', 'It was a short, cold Christmas;'),
  asked(
    'What parting present did the second mate get from his sister-in-law?',
    ['night-cap', 'nightcap', 'night cap'],
    'with her last gift—a night-cap for Stubb, the second mate, her brother-in-law',
  ),
  asked(
    'Whose hymns were laid in every bunk?',
    'Watts',
    "Charity, his sister, had placed a small choice copy of Watts in each seaman's berth.",
  ),
  asked(
    'What did a pound of butter cost the owners?',
    ['twenty cents', '20 cents'],
    'Be careful with the butter—twenty cents the pound it was',
  ),
  asked(
    "What took the place of a university in the narrator's life?",
    ['whale-ship', 'whale ship', 'whaleship'],
    'for a whale-ship was my Yale College and my Harvard.',
  ),
  asked(
    "Who was Benjamin Franklin's grandmother?",
    ['Mary Morrel', 'Morrel'],
    'The grandmother of Benjamin Franklin was Mary Morrel;',
  ),
  asked(
    "In what faith had the chief mate's family been brought up?",
    ['Quaker', 'Quakers', 'Quakerism'],
    'The chief mate of the Pequod was Starbuck, a native of Nantucket, and a Quaker by descent.',
  ),
  asked(
    'Where was the third mate born?',
    ['Tisbury', "Martha's Vineyard"],
    "The third mate was Flask, a native of Tisbury, in Martha's Vineyard.",
  ),
  asked(
    'Which headland is the home of the harpooneer Tashtego?',
    'Gay Head',
    "Next was Tashtego, an unmixed Indian from Gay Head, the most westerly promontory of Martha's Vineyard",
  ),
  asked(
    'How tall was the giant Daggoo?',
    ['six feet five', '6 feet 5', 'six foot five'],
    'moved about the decks in all the pomp of six feet five in his socks.',
  ),
  asked(
    "What was the captain's artificial limb made from?",
    [
      "sperm whale's jaw",
      'polished bone',
      "whale's jaw",
      "bone of the sperm whale's jaw",
      'whale bone',
      'whalebone',
    ],
    "this ivory leg had at sea been fashioned from the polished bone of the sperm whale's jaw.",
  ),
  asked(
    'What was bored into the deck to hold Ahab steady where he stood?',
    ['auger hole', 'hole'],
    'there was an auger hole, bored about half an inch or so, into the plank.',
  ),
  asked(
    "Who told Stubb how the captain's bed looks in the morning?",
    ['Dough-Boy', 'steward', 'the steward'],
    "Didn't that Dough-Boy, the steward, tell me that of a morning he always finds the old man's hammock clothes all rumpled and tumbled",
  ),
  asked(
    'What did Ahab throw into the water because it no longer soothed him?',
    ['pipe', 'his pipe', 'lighted pipe'],
    'He tossed the still lighted pipe into the sea.',
  ),
];
