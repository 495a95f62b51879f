// Questions on chapters 1 to 14 of Moby Dick (Herman Melville, 1851), in order. The questions are ours, the quotes the novel's.
import { asked, type NovelQuestion } from './novel.ts';

export const chapters1To14: readonly NovelQuestion[] = [
  asked('By what name does the storyteller introduce himself?', 'Ishmael', 'Call me Ishmael.'),
  asked(
    'Which month does the narrator compare his gloomy moods to?',
    'November',
    'whenever it is a damp, drizzly November in my soul',
  ),
  asked(
    'What became of Narcissus when he reached for his reflection?',
    ['drowned', 'he drowned'],
    'that story of Narcissus, who because he could not grasp the tormenting, mild image he saw in the fountain, plunged into it and was drowned.',
  ),
  asked(
    'What lured the narrator most to go whaling?',
    ['great whale', 'whale himself', 'idea of the whale'],
    'Chief among these motives was the overwhelming idea of the great whale himself.',
  ),
  asked(
    'Which town did he reach after leaving Manhattan?',
    'New Bedford',
    'Quitting the good city of old Manhatto, I duly arrived in New Bedford.',
  ),
  asked(
    'On what day of the week did his first journey end?',
    'Saturday',
    'It was a Saturday night in December.',
  ),
  asked(
    'When would the next boat leave for Nantucket?',
    'Monday',
    'no way of reaching that place would offer, till the following Monday.',
  ),
  asked(
    'What did the crew of an early sloop bring along to pelt the whales with?',
    ['cobblestones', 'stones'],
    'partly laden with imported cobblestones—so goes the story—to throw at the whales',
  ),
  asked(
    'Which tavern with glowing red windows did he pass by?',
    ['Sword-Fish Inn', 'Sword-Fish'],
    'from the bright red windows of the "Sword-Fish Inn,"',
  ),
  asked('Who is the owner of the Spouter Inn?', ['Peter Coffin', 'Coffin'], 'The Spouter Inn:—Peter Coffin.'),
  asked(
    'What is the stormy wind called that howls around the inn?',
    'Euroclydon',
    "where that tempestuous wind Euroclydon kept up a worse howling than ever it did about poor Paul's tossed craft.",
  ),
  asked(
    'How many whales fell to Nathan Swain in one day?',
    ['fifteen', '15'],
    'fifty years ago did Nathan Swain kill fifteen whales between a sunrise and a sunset.',
  ),
  asked(
    'What weather is the ship in on the murky painting, as the narrator makes it out?',
    ['hurricane', 'great hurricane', 'storm'],
    'The picture represents a Cape-Horner in a great hurricane;',
  ),
  asked(
    'What do the guests call the little old barman?',
    'Jonah',
    'like another cursed Jonah (by which name indeed they called him), bustles a little withered old man',
  ),
  asked(
    'By what light did the lodgers take their supper?',
    ['candles', 'tallow candles', 'two candles'],
    'Nothing but two dismal tallow candles, each in a winding sheet.',
  ),
  asked(
    'What food does the harpooneer live on, if the landlord can be believed?',
    ['steaks', 'steak'],
    "he eats nothing but steaks, and he likes 'em rare.",
  ),
  asked('Which vessel did the noisy sailors in the bar come from?', 'Grampus', "That's the Grampus's crew."),
  asked(
    'What was stirred together as a remedy for a cold?',
    ['gin and molasses', 'molasses and gin'],
    'Jonah mixed him a pitch-like potion of gin and molasses',
  ),
  asked(
    'Which mountains might the tall Southerner Bulkington come from?',
    ['Alleghanian', 'Alleghanian Ridge', 'Virginia'],
    'I thought he must be one of those tall mountaineers from the Alleghanian Ridge in Virginia.',
  ),
  asked(
    'What wares had the harpooneer brought from the southern ocean to peddle in town?',
    ['heads', 'human heads', 'New Zealand heads'],
    "where he bought up a lot of 'balmed New Zealand heads (great curios, you know)",
  ),
  asked(
    'On which date was the naughty child packed off to bed in broad daylight?',
    ['21st June', 'June 21', '21 June', '21st of June'],
    "packed me off to bed, though it was only two o'clock in the afternoon of the 21st June",
  ),
  asked(
    'What did Queequeg shave himself with?',
    ['harpoon', 'his harpoon', 'head of a harpoon'],
    'he takes the harpoon from the bed corner, slips out the long wooden stock, unsheathes the head, whets it a little on his boot, and striding up to the bit of mirror against the wall, begins a vigorous scraping, or rather harpooning of his cheeks.',
  ),
  asked(
    'What was all that Queequeg cared to have in the morning at table?',
    ['beefsteaks', 'beefsteak', 'beefsteaks done rare'],
    'he eschewed coffee and hot rolls, and applied his undivided attention to beefsteaks, done rare.',
  ),
  asked(
    'What do rich men of New Bedford hand to a daughter who marries?',
    ['whales', 'whale'],
    'fathers, they say, give whales for dowers to their daughters',
  ),
  asked(
    'What had Father Mapple worked as before he became a preacher?',
    ['sailor', 'harpooneer', 'sailor and harpooneer'],
    'He had been a sailor and a harpooneer in his youth, but for many years past had dedicated his life to the ministry.',
  ),
  asked(
    'Who donated the red ropes beside the pulpit?',
    ['wife of a whaling captain', "whaling captain's wife", "captain's wife"],
    'The wife of a whaling captain had provided the chapel with a handsome pair of red worsted man-ropes for this ladder',
  ),
  asked(
    'Which city of today was the prophet Jonah bound for, as the preacher explains?',
    'Cadiz',
    'By all accounts Tarshish could have been no other city than the modern Cadiz.',
  ),
  asked(
    "Which famous American does the narrator see in the shape of Queequeg's head?",
    ['George Washington', 'Washington'],
    'Queequeg was George Washington cannibalistically developed.',
  ),
  asked(
    'How much money did Queequeg pull out to share with his friend?',
    ['thirty dollars', '30 dollars', 'thirty dollars in silver'],
    'drew out some thirty dollars in silver;',
  ),
  asked(
    'Which island does Queequeg come from?',
    'Rokovoko',
    'Queequeg was a native of Rokovoko, an island far away to the West and South.',
  ),
  asked(
    "What position did Queequeg's father hold?",
    ['High Chief', 'King', 'Chief'],
    'His father was a High Chief, a King;',
  ),
  asked(
    "What was the home port of the vessel that called at Queequeg's island?",
    'Sag Harbor',
    "A Sag Harbor ship visited his father's bay, and Queequeg sought a passage to Christian lands.",
  ),
  asked(
    'Who took the last of the preserved heads?',
    ['a barber', 'barber'],
    'Next morning, Monday, after disposing of the embalmed head to a barber, for a block',
  ),
  asked(
    'What is the name of the little schooner that carried the friends over to Nantucket?',
    ['Moss', 'the Moss'],
    'away we went down to "the Moss," the little Nantucket packet schooner moored at the wharf.',
  ),
  asked(
    'Which river did the schooner follow to the open water?',
    ['Acushnet', 'Acushnet river'],
    'Hoisting sail, it glided down the Acushnet river.',
  ),
  asked(
    "What did a foreign captain rinse his fingers in, to everyone's amusement, at the island wedding?",
    ['punchbowl', 'punch bowl'],
    'the Captain coolly proceeds to wash his hands in the punchbowl;',
  ),
  asked(
    'Which creature stole a baby, in the legend of how Nantucket was settled?',
    ['eagle', 'an eagle'],
    'In olden times an eagle swooped down upon the New England coast, and carried off an infant Indian in his talons.',
  ),
  asked(
    "How much of the earth do the people of Nantucket own, by the narrator's reckoning?",
    ['two thirds', '2/3'],
    "two thirds of this terraqueous globe are the Nantucketer's.",
  ),
];
