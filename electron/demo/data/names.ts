/** How people of one naming culture are called, and where their phone and papers tend to be from. */
export interface NamingCulture {
  readonly female: readonly string[];
  readonly male: readonly string[];
  readonly family: readonly string[];
  /** `given family`, family first, or how a name is put together otherwise. */
  readonly write: (given: string, family: string, sex: 'female' | 'male') => string;
  /** ISO 3166 alpha-2 of a phone kept from home. */
  readonly homeCountry: string;
  /** Share of the demo laboratory's patients, relative. */
  readonly weight: number;
}

const givenFirst = (given: string, family: string) => `${given} ${family}`;
const familyFirst = (given: string, family: string) => `${family} ${given}`;

const list = (names: string) => names.split(' ');

export const namingCultures: readonly NamingCulture[] = [
  {
    female: list('Aisha Fatima Maryam Noura Hessa Latifa Shamma Moza'),
    male: list('Ahmed Khalid Saeed Rashid Hamdan Sultan Majid Omar'),
    family: ['Al Mansoori', 'Al Marri', 'Al Suwaidi', 'Al Ketbi', 'Al Falasi', 'Al Nuaimi'],
    write: givenFirst,
    homeCountry: 'AE',
    weight: 12,
  },
  {
    female: list('Layla Rania Huda Salma Dina Nadia Yasmin Mona'),
    male: list('Mohamed Mahmoud Youssef Tarek Karim Hassan Ibrahim Sami'),
    family: ['El Sayed', 'Abdelrahman', 'Haddad', 'Khoury', 'Nasser', 'Al-Tikriti', 'Bennani'],
    write: givenFirst,
    homeCountry: 'EG',
    weight: 10,
  },
  {
    female: list('Anjali Priya Sunita Kavita Pooja Neha Rekha Meera'),
    male: list('Rahul Amit Vikram Sanjay Rajesh Arjun Suresh Nikhil'),
    family: list('Sharma Patel Gupta Singh Deshmukh Chatterjee Mehta Kapoor'),
    write: givenFirst,
    homeCountry: 'IN',
    weight: 14,
  },
  {
    female: list('Lakshmi Divya Sreelatha Bindu Aswathy Kamala'),
    male: list('Ananthakrishnan Venkatesan Biju Sreekumar Murugan Prakash'),
    family: list('K R S M P V').map((initial) => `${initial}.`),
    write: givenFirst,
    homeCountry: 'IN',
    weight: 8,
  },
  {
    female: list('Ayesha Sana Zainab Hina Rabia Amna'),
    male: list('Bilal Usman Imran Faisal Hamza Tariq'),
    family: list('Khan Malik Butt Qureshi Chaudhry Siddiqui'),
    write: givenFirst,
    homeCountry: 'PK',
    weight: 9,
  },
  {
    female: list('Maricel Jocelyn Analyn Rosario Cherry Lourdes'),
    male: list('Rodel Jomar Ferdinand Renato Arnel Crisanto'),
    family: ['dela Cruz', 'Santos', 'Reyes', 'Bautista', 'Macapagal', 'Ocampo', 'Villanueva'],
    write: givenFirst,
    homeCountry: 'PH',
    weight: 9,
  },
  {
    female: list('Siti Dewi Putri Ayu Rahmawati Sri'),
    male: list('Budi Agus Joko Slamet Bambang Wahyu'),
    family: list('Wijaya Santoso Hidayat Kusuma Lestari Nugroho'),
    write: givenFirst,
    homeCountry: 'ID',
    weight: 5,
  },
  {
    female: list('Xiùyīng Lì Fāng Jìng Yàn Méi'),
    male: list('Wěi Qiáng Lěi Jūn Yǒng Tāo'),
    family: list('Wáng Lǐ Zhāng Liú Chén Huáng'),
    write: familyFirst,
    homeCountry: 'CN',
    weight: 6,
  },
  {
    female: list('Thị-Hương Ngọc-Ánh Thảo Bích-Phượng'),
    male: list('Văn-Dũng Quốc-Tuấn Đức Hữu-Nghĩa'),
    family: list('Nguyễn Trần Phạm Đặng Bùi'),
    write: familyFirst,
    homeCountry: 'VN',
    weight: 4,
  },
  {
    female: list('Yuki Haruka Sakura Akiko'),
    male: list('Hiroshi Takumi Kenji Shōta'),
    family: list('Satō Suzuki Takahashi Itō Kōno'),
    write: familyFirst,
    homeCountry: 'JP',
    weight: 3,
  },
  {
    female: list('Seo-yeon Ji-woo Min-ji Eun-ji'),
    male: list('Min-jun Seo-jun Do-yun Ji-ho'),
    family: list('Kim Lee Park Choi Jung'),
    write: familyFirst,
    homeCountry: 'KR',
    weight: 3,
  },
  {
    female: list('Charlotte Emily Siobhán Niamh Olivia Bronwen'),
    male: list('Oliver James Liam Owen Callum Harry'),
    family: list("Smith O'Connor MacDonald Llewellyn Fitzgerald Taylor-Brown"),
    write: givenFirst,
    homeCountry: 'GB',
    weight: 8,
  },
  {
    female: list('Chloé Zoë Amélie Léa Françoise'),
    male: list('François Jérôme Loïc Étienne Raphaël'),
    family: ['Dubois', 'Lefèvre', "d'Aubigné", 'Bénard', 'Noël', 'de La Tour'],
    write: givenFirst,
    homeCountry: 'FR',
    weight: 4,
  },
  {
    female: list('Anna-Lena Käthe Ursula Annika'),
    male: list('Jürgen Björn Günther Matthias'),
    family: list('Müller Schäfer Weiß Großmann Köhler'),
    write: givenFirst,
    homeCountry: 'DE',
    weight: 4,
  },
  {
    female: list('Małgorzata Agnieszka Łucja Zofia'),
    male: list('Paweł Łukasz Wojciech Stanisław'),
    family: list('Wójcik Kowalczyk Żukowski Dąbrowski'),
    write: (given, family, sex) => `${given} ${sex === 'female' ? family.replace(/ski$/, 'ska') : family}`,
    homeCountry: 'PL',
    weight: 3,
  },
  {
    female: list('Jana Kateřina Zdeňka Lucie'),
    male: list('Jiří Tomáš Ondřej Lukáš'),
    family: list('Novák Dvořák Kučera Procházka'),
    write: (given, family, sex) => `${given} ${sex === 'female' ? `${family.replace(/a$/, '')}ová` : family}`,
    homeCountry: 'CZ',
    weight: 2,
  },
  {
    female: list('Guðrún Sigríður Þórdís Björk'),
    male: list('Jón Ólafur Þorsteinn Ægir'),
    family: list('Gunnars Jóns Þórs Einars'),
    write: (given, father, sex) => `${given} ${father}${sex === 'female' ? 'dóttir' : 'son'}`,
    homeCountry: 'IS',
    weight: 1,
  },
  {
    female: list('Ayşe Zeynep Gülşen Şule'),
    male: list('Mehmet Çağlar İbrahim Oğuz'),
    family: list('Yılmaz Öztürk Çelik Şahin Doğan'),
    write: givenFirst,
    homeCountry: 'TR',
    weight: 4,
  },
  {
    female: list('María Lucía Begoña Ximena Guadalupe'),
    male: list('José Andrés Íñigo Joaquín Raúl'),
    family: ['García López', 'Núñez Peña', 'Hernández Martínez', 'Ibáñez Muñoz'],
    write: givenFirst,
    homeCountry: 'ES',
    weight: 4,
  },
  {
    female: list('Conceição Luísa Antônia Tainá'),
    male: list('João Antônio Cauã Luís'),
    family: ['da Silva', 'Gonçalves', 'Araújo', 'dos Santos Magalhães'],
    write: givenFirst,
    homeCountry: 'BR',
    weight: 3,
  },
  {
    female: list('Adaeze Folasade Ngozi Amina'),
    male: list('Chinedu Olúwaṣeun Emeka Babátúndé'),
    family: list('Okafor Adéyẹmí Eze Bello Balógun'),
    write: givenFirst,
    homeCountry: 'NG',
    weight: 4,
  },
  {
    female: list('Hanna Selamawit Tigist Meron'),
    male: list('Abebe Dawit Tesfaye Yonas'),
    family: list('Bekele Haile Tadesse Kebede'),
    write: givenFirst,
    homeCountry: 'ET',
    weight: 3,
  },
  {
    female: list('Анна Ольга Наталья Екатерина'),
    male: list('Дмитрий Сергей Алексей Иван'),
    family: list('Иванов Петров Смирнов Кузнецов'),
    write: (given, family, sex) => `${given} ${family}${sex === 'female' ? 'а' : ''}`,
    homeCountry: 'RU',
    weight: 2,
  },
  {
    female: list('Ελένη Μαρία Κατερίνα Σοφία'),
    male: list('Γιώργος Νίκος Δημήτρης Κώστας'),
    family: list('Παππάς Νικολάου Αθανασίου Οικονόμου'),
    write: givenFirst,
    homeCountry: 'GR',
    weight: 2,
  },
];
