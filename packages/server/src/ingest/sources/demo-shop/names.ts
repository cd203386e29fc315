/** Common given and family names by language, mixed at random: nobody in particular. */
import type { Random } from './random.ts';

type Gender = 'female' | 'male';

export interface PersonName {
  readonly first: string;
  readonly last: string;
  readonly full: string;
  readonly gender: Gender;
}

interface NameList {
  readonly female: readonly string[];
  readonly male: readonly string[];
  readonly last: readonly string[];
  readonly familyFirst?: boolean;
}

const words = (text: string): readonly string[] => text.split(' ');

const LISTS: Readonly<Record<string, NameList>> = {
  de: {
    female: words('Anna Lena Jana Käthe Marlene Sophie Johanna Greta Ute Birgit Nele Frieda Mia Petra Jördis'),
    male: words('Jonas Lukas Felix Jürgen Paul Günther Moritz Björn Tobias Emil Sören Matthias Anton Jörg Karl'),
    last: words('Müller Schmidt Weber Fischer Wagner Becker Schäfer Köhler Krüger Braun Groß Jäger Winter Vogel Böhm Sommer Lorenz Pohl'),
  },
  fr: {
    female: words('Chloé Léa Camille Zoé Inès Élodie Maëlle Margaux Hélène Noémie Agnès Juliette'),
    male: words('Hugo Théo Mathéo Rémi Loïc Benoît Jérôme Gaël Étienne François Adrien Clément'),
    last: words('Martin Bernard Petit Durand Leroy Moreau Lefèvre Fournier Girard Mercier Besson Chevalier Gérard Lemaître Béranger'),
  },
  es: {
    female: words('Lucía María Sofía Inés Begoña Nuria Rocío Elena Paula Ángela'),
    male: words('Hugo Martín Iñaki Javier Álvaro Sergio Raúl Andrés Tomás Joaquín'),
    last: words('García Fernández López Martínez Muñoz Ibáñez Peña Núñez Romero Vázquez Ortega Cabrera'),
  },
  it: {
    female: words('Giulia Chiara Alice Martina Noemi Elisa Benedetta Ilaria'),
    male: words('Matteo Niccolò Davide Riccardo Simone Tommaso Luca Giosuè'),
    last: words('Rossi Russo Ferrari Bianchi Colombo Ricci Marino Gallo Conti Fontana Forlì Cantù'),
  },
  nl: {
    female: words('Sanne Lotte Femke Anouk Fleur Maaike Daniëlle Noor'),
    male: words('Daan Sem Bram Thijs Ruben Jeroen Joost Loïs'),
    last: words('Jansen Bakker Visser Smit Meijer Mulder Dekker Brouwer Peters Hendriks'),
  },
  en: {
    female: words('Aoife Ciara Niamh Emily Grace Hannah Róisín Sarah Orla Kate'),
    male: words('Liam Conor Seán Jack Oisín Thomas Daniel Eoin Patrick Ben'),
    last: words("Murphy Kelly Byrne Ryan O'Brien Walsh O'Connor Doyle Clarke Hughes Taylor"),
  },
  fi: {
    female: words('Aino Päivi Tytti Kaisa Sanna Hilja'),
    male: words('Väinö Jyrki Mikko Tero Ilmari Pentti'),
    last: words('Korhonen Virtanen Mäkinen Nieminen Hämäläinen Heikkinen Järvinen Lehtonen'),
  },
  pt: {
    female: words('Mariana Inês Beatriz Conceição Leonor Rita'),
    male: words('João Gonçalo Tiago Duarte Simão Rui'),
    last: words('Silva Santos Ferreira Pereira Araújo Gonçalves Simões Brandão'),
  },
  pl: {
    female: words('Zofia Małgorzata Agnieszka Łucja Katarzyna Bożena'),
    male: words('Paweł Łukasz Michał Wojciech Stanisław Jędrzej'),
    last: words('Nowak Wójcik Kamiński Dąbrowski Zieliński Szymański Woźniak Kozłowski'),
  },
  sv: {
    female: words('Åsa Elin Malin Ingrid Görel Saga'),
    male: words('Björn Oskar Gösta Måns Håkan Nils'),
    last: words('Andersson Johansson Karlsson Nilsson Lindström Sjöberg Åkesson Öberg'),
  },
  cs: {
    female: words('Tereza Kateřina Zdeňka Jiřina Markéta Eliška'),
    male: words('Jiří Ondřej Tomáš Luboš Řehoř Matěj'),
    last: words('Novák Svoboda Dvořák Černý Procházka Kučera Veselý Němec'),
  },
  el: {
    female: words('Μαρία Ελένη Κατερίνα Σοφία Δήμητρα'),
    male: words('Γιώργος Δημήτρης Κώστας Νίκος Παναγιώτης'),
    last: words('Παπαδόπουλος Οικονόμου Γεωργίου Νικολάου Βασιλείου'),
  },
  bg: {
    female: words('Мария Елена Иванка Десислава Радка'),
    male: words('Георги Димитър Иван Николай Стоян'),
    last: words('Иванов Георгиев Димитров Петков Стоянов'),
  },
  ja: {
    female: words('花子 陽菜 美咲 結衣'),
    male: words('太郎 大翔 蓮 健一'),
    last: words('佐藤 鈴木 高橋 田中 渡辺'),
    familyFirst: true,
  },
};

/** A name usual in the language (BCP 47 tag). */
export function drawName(random: Random, language: string): PersonName {
  const list = LISTS[language.slice(0, 2)] ?? LISTS['en']!;
  const gender: Gender = random.chance(0.5) ? 'female' : 'male';
  const first = random.pick(list[gender]);
  const last = random.pick(list.last);
  return { first, last, full: list.familyFirst ? `${last} ${first}` : `${first} ${last}`, gender };
}

const SPECIAL_LETTERS: Readonly<Record<string, string>> = { ß: 'ss', ł: 'l', ø: 'o', æ: 'ae', œ: 'oe' };

/** The ASCII letters of a name in lower case; empty when it has none (other scripts). */
export function asciiLetters(name: string): string {
  return name
    .toLowerCase()
    .replace(/[ßłøæœ]/g, (letter) => SPECIAL_LETTERS[letter]!)
    .normalize('NFD')
    .replace(/[^a-z]/g, '');
}
