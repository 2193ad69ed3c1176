import type { Icd10Code } from './form.ts';

/**
 * Codes of ICD-10 (WHO) that laboratories see, with WHO's titles: three-character categories, and four-character codes where
 * the third alone says too little. A selection; other codes can be typed.
 */
const text = `
A00 Cholera
A01 Typhoid and paratyphoid fevers
A01.0 Typhoid fever
A02 Other salmonella infections
A03 Shigellosis
A04 Other bacterial intestinal infections
A05 Other bacterial foodborne intoxications, not elsewhere classified
A06 Amoebiasis
A07 Other protozoal intestinal diseases
A07.1 Giardiasis [lambliasis]
A08 Viral and other specified intestinal infections
A09 Other gastroenteritis and colitis of infectious and unspecified origin
A15 Respiratory tuberculosis, bacteriologically and histologically confirmed
A16 Respiratory tuberculosis, not confirmed bacteriologically or histologically
A17 Tuberculosis of nervous system
A18 Tuberculosis of other organs
A19 Miliary tuberculosis
A20 Plague
A22 Anthrax
A23 Brucellosis
A27 Leptospirosis
A30 Leprosy [Hansen disease]
A31 Infection due to other mycobacteria
A32 Listeriosis
A33 Tetanus neonatorum
A35 Other tetanus
A36 Diphtheria
A37 Whooping cough
A38 Scarlet fever
A39 Meningococcal infection
A40 Streptococcal sepsis
A41 Other sepsis
A41.9 Sepsis, unspecified
A46 Erysipelas
A48 Other bacterial diseases, not elsewhere classified
A49 Bacterial infection of unspecified site
A50 Congenital syphilis
A51 Early syphilis
A52 Late syphilis
A53 Other and unspecified syphilis
A54 Gonococcal infection
A56 Other sexually transmitted chlamydial diseases
A59 Trichomoniasis
A60 Anogenital herpesviral [herpes simplex] infection
A63 Other predominantly sexually transmitted diseases, not elsewhere classified
A69 Other spirochaetal infections
A69.2 Lyme disease
A71 Trachoma
A75 Typhus fever
A77 Spotted fever [tick-borne rickettsioses]
A78 Q fever
A80 Acute poliomyelitis
A82 Rabies
A87 Viral meningitis
A90 Dengue fever [classical dengue]
A91 Dengue haemorrhagic fever
A92 Other mosquito-borne viral fevers
A92.0 Chikungunya virus disease
A95 Yellow fever
B00 Herpesviral [herpes simplex] infections
B01 Varicella [chickenpox]
B02 Zoster [herpes zoster]
B05 Measles
B06 Rubella [German measles]
B07 Viral warts
B15 Acute hepatitis A
B16 Acute hepatitis B
B17 Other acute viral hepatitis
B17.1 Acute hepatitis C
B17.2 Acute hepatitis E
B18 Chronic viral hepatitis
B18.1 Chronic viral hepatitis B without delta-agent
B18.2 Chronic viral hepatitis C
B19 Unspecified viral hepatitis
B20 Human immunodeficiency virus [HIV] disease resulting in infectious and parasitic diseases
B24 Unspecified human immunodeficiency virus [HIV] disease
B25 Cytomegaloviral disease
B26 Mumps
B27 Infectious mononucleosis
B34 Viral infection of unspecified site
B34.9 Viral infection, unspecified
B35 Dermatophytosis
B36 Other superficial mycoses
B37 Candidiasis
B44 Aspergillosis
B45 Cryptococcosis
B50 Plasmodium falciparum malaria
B51 Plasmodium vivax malaria
B52 Plasmodium malariae malaria
B54 Unspecified malaria
B55 Leishmaniasis
B57 Chagas disease
B58 Toxoplasmosis
B65 Schistosomiasis [bilharziasis]
B67 Echinococcosis
B68 Taeniasis
B69 Cysticercosis
B74 Filariasis
B75 Trichinellosis
B76 Hookworm diseases
B77 Ascariasis
B78 Strongyloidiasis
B79 Trichuriasis
B80 Enterobiasis
B82 Unspecified intestinal parasitism
B86 Scabies
C15 Malignant neoplasm of oesophagus
C16 Malignant neoplasm of stomach
C17 Malignant neoplasm of small intestine
C18 Malignant neoplasm of colon
C19 Malignant neoplasm of rectosigmoid junction
C20 Malignant neoplasm of rectum
C22 Malignant neoplasm of liver and intrahepatic bile ducts
C23 Malignant neoplasm of gallbladder
C25 Malignant neoplasm of pancreas
C32 Malignant neoplasm of larynx
C34 Malignant neoplasm of bronchus and lung
C43 Malignant melanoma of skin
C44 Other malignant neoplasms of skin
C50 Malignant neoplasm of breast
C53 Malignant neoplasm of cervix uteri
C54 Malignant neoplasm of corpus uteri
C56 Malignant neoplasm of ovary
C61 Malignant neoplasm of prostate
C62 Malignant neoplasm of testis
C64 Malignant neoplasm of kidney, except renal pelvis
C67 Malignant neoplasm of bladder
C71 Malignant neoplasm of brain
C73 Malignant neoplasm of thyroid gland
C80 Malignant neoplasm, without specification of site
C81 Hodgkin lymphoma
C82 Follicular lymphoma
C83 Non-follicular lymphoma
C85 Other and unspecified types of non-Hodgkin lymphoma
C90 Multiple myeloma and malignant plasma cell neoplasms
C91 Lymphoid leukaemia
C92 Myeloid leukaemia
C95 Leukaemia of unspecified cell type
D12 Benign neoplasm of colon, rectum, anus and anal canal
D24 Benign neoplasm of breast
D25 Leiomyoma of uterus
D27 Benign neoplasm of ovary
D34 Benign neoplasm of thyroid gland
D45 Polycythaemia vera
D46 Myelodysplastic syndromes
D47 Other neoplasms of uncertain or unknown behaviour of lymphoid, haematopoietic and related tissue
D50 Iron deficiency anaemia
D50.9 Iron deficiency anaemia, unspecified
D51 Vitamin B12 deficiency anaemia
D52 Folate deficiency anaemia
D53 Other nutritional anaemias
D55 Anaemia due to enzyme disorders
D55.0 Anaemia due to glucose-6-phosphate dehydrogenase [G6PD] deficiency
D56 Thalassaemia
D57 Sickle-cell disorders
D58 Other hereditary haemolytic anaemias
D59 Acquired haemolytic anaemia
D61 Other aplastic anaemias
D62 Acute posthaemorrhagic anaemia
D63 Anaemia in chronic diseases classified elsewhere
D64 Other anaemias
D64.9 Anaemia, unspecified
D65 Disseminated intravascular coagulation [defibrination syndrome]
D66 Hereditary factor VIII deficiency
D67 Hereditary factor IX deficiency
D68 Other coagulation defects
D69 Purpura and other haemorrhagic conditions
D69.6 Thrombocytopenia, unspecified
D70 Agranulocytosis
D72 Other disorders of white blood cells
D72.1 Eosinophilia
D73 Diseases of spleen
D75 Other diseases of blood and blood-forming organs
D80 Immunodeficiency with predominantly antibody defects
D86 Sarcoidosis
E00 Congenital iodine-deficiency syndrome
E02 Subclinical iodine-deficiency hypothyroidism
E03 Other hypothyroidism
E03.9 Hypothyroidism, unspecified
E04 Other nontoxic goitre
E05 Thyrotoxicosis [hyperthyroidism]
E05.9 Thyrotoxicosis, unspecified
E06 Thyroiditis
E06.3 Autoimmune thyroiditis
E07 Other disorders of thyroid
E10 Type 1 diabetes mellitus
E11 Type 2 diabetes mellitus
E11.2 Type 2 diabetes mellitus with renal complications
E11.9 Type 2 diabetes mellitus without complications
E13 Other specified diabetes mellitus
E14 Unspecified diabetes mellitus
E16 Other disorders of pancreatic internal secretion
E16.2 Hypoglycaemia, unspecified
E20 Hypoparathyroidism
E21 Hyperparathyroidism and other disorders of parathyroid gland
E22 Hyperfunction of pituitary gland
E22.1 Hyperprolactinaemia
E23 Hypofunction and other disorders of pituitary gland
E24 Cushing syndrome
E25 Adrenogenital disorders
E26 Hyperaldosteronism
E27 Other disorders of adrenal gland
E28 Ovarian dysfunction
E28.2 Polycystic ovarian syndrome
E29 Testicular dysfunction
E30 Disorders of puberty, not elsewhere classified
E34 Other endocrine disorders
E40 Kwashiorkor
E43 Unspecified severe protein-energy malnutrition
E46 Unspecified protein-energy malnutrition
E50 Vitamin A deficiency
E53 Deficiency of other B group vitamins
E55 Vitamin D deficiency
E55.9 Vitamin D deficiency, unspecified
E56 Other vitamin deficiencies
E58 Dietary calcium deficiency
E61 Deficiency of other nutrient elements
E66 Obesity
E70 Disorders of aromatic amino-acid metabolism
E72 Other disorders of amino-acid metabolism
E73 Lactose intolerance
E74 Other disorders of carbohydrate metabolism
E75 Disorders of sphingolipid metabolism and other lipid storage disorders
E78 Disorders of lipoprotein metabolism and other lipidaemias
E78.0 Pure hypercholesterolaemia
E78.1 Pure hyperglyceridaemia
E78.2 Mixed hyperlipidaemia
E78.5 Hyperlipidaemia, unspecified
E79 Disorders of purine and pyrimidine metabolism
E80 Disorders of porphyrin and bilirubin metabolism
E83 Disorders of mineral metabolism
E83.1 Disorders of iron metabolism
E84 Cystic fibrosis
E85 Amyloidosis
E86 Volume depletion
E87 Other disorders of fluid, electrolyte and acid-base balance
E87.1 Hypo-osmolality and hyponatraemia
E87.5 Hyperkalaemia
E87.6 Hypokalaemia
E88 Other metabolic disorders
F10 Mental and behavioural disorders due to use of alcohol
F11 Mental and behavioural disorders due to use of opioids
F20 Schizophrenia
F31 Bipolar affective disorder
F32 Depressive episode
F41 Other anxiety disorders
F50 Eating disorders
G00 Bacterial meningitis, not elsewhere classified
G03 Meningitis due to other and unspecified causes
G04 Encephalitis, myelitis and encephalomyelitis
G20 Parkinson disease
G30 Alzheimer disease
G35 Multiple sclerosis
G40 Epilepsy
G43 Migraine
G45 Transient cerebral ischaemic attacks and related syndromes
G47 Sleep disorders
G61 Inflammatory polyneuropathy
G62 Other polyneuropathies
G70 Myasthenia gravis and other myoneural disorders
H10 Conjunctivitis
H20 Iridocyclitis
H36 Retinal disorders in diseases classified elsewhere
H60 Otitis externa
H65 Nonsuppurative otitis media
H66 Suppurative and unspecified otitis media
I00 Rheumatic fever without mention of heart involvement
I01 Rheumatic fever with heart involvement
I10 Essential (primary) hypertension
I11 Hypertensive heart disease
I12 Hypertensive renal disease
I20 Angina pectoris
I21 Acute myocardial infarction
I21.9 Acute myocardial infarction, unspecified
I24 Other acute ischaemic heart diseases
I25 Chronic ischaemic heart disease
I26 Pulmonary embolism
I30 Acute pericarditis
I33 Acute and subacute endocarditis
I40 Acute myocarditis
I42 Cardiomyopathy
I48 Atrial fibrillation and flutter
I50 Heart failure
I50.9 Heart failure, unspecified
I60 Subarachnoid haemorrhage
I61 Intracerebral haemorrhage
I63 Cerebral infarction
I64 Stroke, not specified as haemorrhage or infarction
I70 Atherosclerosis
I73 Other peripheral vascular diseases
I80 Phlebitis and thrombophlebitis
I82 Other venous embolism and thrombosis
I83 Varicose veins of lower extremities
I95 Hypotension
J00 Acute nasopharyngitis [common cold]
J01 Acute sinusitis
J02 Acute pharyngitis
J02.0 Streptococcal pharyngitis
J03 Acute tonsillitis
J06 Acute upper respiratory infections of multiple and unspecified sites
J06.9 Acute upper respiratory infection, unspecified
J09 Influenza due to identified zoonotic or pandemic influenza virus
J10 Influenza due to identified seasonal influenza virus
J11 Influenza, virus not identified
J12 Viral pneumonia, not elsewhere classified
J13 Pneumonia due to Streptococcus pneumoniae
J14 Pneumonia due to Haemophilus influenzae
J15 Bacterial pneumonia, not elsewhere classified
J18 Pneumonia, organism unspecified
J18.9 Pneumonia, unspecified
J20 Acute bronchitis
J21 Acute bronchiolitis
J22 Unspecified acute lower respiratory infection
J30 Vasomotor and allergic rhinitis
J32 Chronic sinusitis
J35 Chronic diseases of tonsils and adenoids
J40 Bronchitis, not specified as acute or chronic
J42 Unspecified chronic bronchitis
J44 Other chronic obstructive pulmonary disease
J45 Asthma
J45.9 Asthma, unspecified
J47 Bronchiectasis
J84 Other interstitial pulmonary diseases
J85 Abscess of lung and mediastinum
J86 Pyothorax
J90 Pleural effusion, not elsewhere classified
J96 Respiratory failure, not elsewhere classified
K21 Gastro-oesophageal reflux disease
K25 Gastric ulcer
K26 Duodenal ulcer
K27 Peptic ulcer, site unspecified
K29 Gastritis and duodenitis
K29.7 Gastritis, unspecified
K30 Functional dyspepsia
K35 Acute appendicitis
K40 Inguinal hernia
K50 Crohn disease [regional enteritis]
K51 Ulcerative colitis
K52 Other noninfective gastroenteritis and colitis
K57 Diverticular disease of intestine
K58 Irritable bowel syndrome
K59 Other functional intestinal disorders
K65 Peritonitis
K70 Alcoholic liver disease
K71 Toxic liver disease
K72 Hepatic failure, not elsewhere classified
K73 Chronic hepatitis, not elsewhere classified
K74 Fibrosis and cirrhosis of liver
K75 Other inflammatory liver diseases
K76 Other diseases of liver
K76.0 Fatty (change of) liver, not elsewhere classified
K80 Cholelithiasis
K81 Cholecystitis
K83 Other diseases of biliary tract
K85 Acute pancreatitis
K86 Other diseases of pancreas
K90 Intestinal malabsorption
K90.0 Coeliac disease
K92 Other diseases of digestive system
K92.2 Gastrointestinal haemorrhage, unspecified
L01 Impetigo
L02 Cutaneous abscess, furuncle and carbuncle
L03 Cellulitis
L10 Pemphigus
L20 Atopic dermatitis
L30 Other dermatitis
L40 Psoriasis
L50 Urticaria
L63 Alopecia areata
L65 Other nonscarring hair loss
L70 Acne
L80 Vitiligo
L93 Lupus erythematosus
M00 Pyogenic arthritis
M02 Reactive arthropathies
M05 Seropositive rheumatoid arthritis
M06 Other rheumatoid arthritis
M06.9 Rheumatoid arthritis, unspecified
M08 Juvenile arthritis
M10 Gout
M13 Other arthritis
M15 Polyarthrosis
M17 Gonarthrosis [arthrosis of knee]
M25 Other joint disorders, not elsewhere classified
M25.5 Pain in joint
M31 Other necrotizing vasculopathies
M32 Systemic lupus erythematosus
M33 Dermatopolymyositis
M34 Systemic sclerosis
M35 Other systemic involvement of connective tissue
M45 Ankylosing spondylitis
M54 Dorsalgia
M54.5 Low back pain
M60 Myositis
M79 Other soft tissue disorders, not elsewhere classified
M80 Osteoporosis with pathological fracture
M81 Osteoporosis without pathological fracture
M83 Adult osteomalacia
M86 Osteomyelitis
N00 Acute nephritic syndrome
N03 Chronic nephritic syndrome
N04 Nephrotic syndrome
N05 Unspecified nephritic syndrome
N10 Acute tubulo-interstitial nephritis
N12 Tubulo-interstitial nephritis, not specified as acute or chronic
N13 Obstructive and reflux uropathy
N17 Acute renal failure
N18 Chronic kidney disease
N18.5 Chronic kidney disease, stage 5
N18.9 Chronic kidney disease, unspecified
N19 Unspecified kidney failure
N20 Calculus of kidney and ureter
N23 Unspecified renal colic
N30 Cystitis
N34 Urethritis and urethral syndrome
N39 Other disorders of urinary system
N39.0 Urinary tract infection, site not specified
N40 Hyperplasia of prostate
N41 Inflammatory diseases of prostate
N45 Orchitis and epididymitis
N46 Male infertility
N48 Other disorders of penis
N60 Benign mammary dysplasia
N61 Inflammatory disorders of breast
N63 Unspecified lump in breast
N70 Salpingitis and oophoritis
N72 Inflammatory disease of cervix uteri
N73 Other female pelvic inflammatory diseases
N76 Other inflammation of vagina and vulva
N80 Endometriosis
N83 Noninflammatory disorders of ovary, fallopian tube and broad ligament
N87 Dysplasia of cervix uteri
N91 Absent, scanty and rare menstruation
N92 Excessive, frequent and irregular menstruation
N93 Other abnormal uterine and vaginal bleeding
N94 Pain and other conditions associated with female genital organs and menstrual cycle
N95 Menopausal and other perimenopausal disorders
N96 Habitual aborter
N97 Female infertility
O00 Ectopic pregnancy
O01 Hydatidiform mole
O02 Other abnormal products of conception
O03 Spontaneous abortion
O10 Pre-existing hypertension complicating pregnancy, childbirth and the puerperium
O13 Gestational [pregnancy-induced] hypertension
O14 Pre-eclampsia
O15 Eclampsia
O20 Haemorrhage in early pregnancy
O21 Excessive vomiting in pregnancy
O23 Infections of genitourinary tract in pregnancy
O24 Diabetes mellitus in pregnancy
O36 Maternal care for other known or suspected fetal problems
O36.0 Maternal care for rhesus isoimmunization
O42 Premature rupture of membranes
O60 Preterm labour and delivery
O80 Single spontaneous delivery
O85 Puerperal sepsis
P07 Disorders related to short gestation and low birth weight, not elsewhere classified
P36 Bacterial sepsis of newborn
P55 Haemolytic disease of fetus and newborn
P59 Neonatal jaundice from other and unspecified causes
Q21 Congenital malformations of cardiac septa
Q90 Down syndrome
Q96 Turner syndrome
R00 Abnormalities of heart beat
R04 Haemorrhage from respiratory passages
R05 Cough
R06 Abnormalities of breathing
R07 Pain in throat and chest
R07.4 Chest pain, unspecified
R10 Abdominal and pelvic pain
R10.4 Other and unspecified abdominal pain
R11 Nausea and vomiting
R16 Hepatomegaly and splenomegaly, not elsewhere classified
R17 Unspecified jaundice
R18 Ascites
R19 Other symptoms and signs involving the digestive system and abdomen
R21 Rash and other nonspecific skin eruption
R23 Other skin changes
R30 Pain associated with micturition
R31 Unspecified haematuria
R35 Polyuria
R41 Other symptoms and signs involving cognitive functions and awareness
R42 Dizziness and giddiness
R50 Fever of other and unknown origin
R50.9 Fever, unspecified
R51 Headache
R52 Pain, not elsewhere classified
R53 Malaise and fatigue
R55 Syncope and collapse
R56 Convulsions, not elsewhere classified
R57 Shock, not elsewhere classified
R59 Enlarged lymph nodes
R60 Oedema, not elsewhere classified
R61 Hyperhidrosis
R62 Lack of expected normal physiological development
R63 Symptoms and signs concerning food and fluid intake
R63.4 Abnormal weight loss
R70 Elevated erythrocyte sedimentation rate and abnormality of plasma viscosity
R71 Abnormality of red blood cells
R72 Abnormality of white blood cells, not elsewhere classified
R73 Elevated blood glucose level
R74 Abnormal serum enzyme levels
R76 Other abnormal immunological findings in serum
R77 Other abnormalities of plasma proteins
R78 Findings of drugs and other substances, not normally found in blood
R79 Other abnormal findings of blood chemistry
R80 Isolated proteinuria
R81 Glycosuria
R82 Other abnormal findings in urine
R87 Abnormal findings in specimens from female genital organs
R93 Abnormal findings on diagnostic imaging of other body structures
T78 Adverse effects, not elsewhere classified
T78.4 Allergy, unspecified
T88 Other complications of surgical and medical care, not elsewhere classified
U07.1 COVID-19, virus identified
U07.2 COVID-19, virus not identified
Z00 General examination and investigation of persons without complaint and reported diagnosis
Z00.0 General medical examination
Z00.1 Routine child health examination
Z01 Other special examinations and investigations of persons without complaint or reported diagnosis
Z01.7 Laboratory examination
Z02 Examination and encounter for administrative purposes
Z02.1 Pre-employment examination
Z03 Medical observation and evaluation for suspected diseases and conditions
Z04 Examination and observation for other reasons
Z08 Follow-up examination after treatment for malignant neoplasms
Z09 Follow-up examination after treatment for conditions other than malignant neoplasms
Z10 Routine general health check-up of defined subpopulation
Z11 Special screening examination for infectious and parasitic diseases
Z12 Special screening examination for neoplasms
Z13 Special screening examination for other diseases and disorders
Z13.1 Special screening examination for diabetes mellitus
Z20 Contact with and exposure to communicable diseases
Z21 Asymptomatic human immunodeficiency virus [HIV] infection status
Z22 Carrier of infectious disease
Z23 Need for immunization against single bacterial diseases
Z30 Contraceptive management
Z31 Procreative management
Z32 Pregnancy examination and test
Z33 Pregnant state, incidental
Z34 Supervision of normal pregnancy
Z35 Supervision of high-risk pregnancy
Z36 Antenatal screening
Z39 Postpartum care and examination
Z49 Care involving dialysis
Z51 Other medical care
Z52 Donors of organs and tissues
Z52.0 Blood donor
Z71 Persons encountering health services for other counselling and medical advice, not elsewhere classified
Z76 Persons encountering health services in other circumstances
Z80 Family history of malignant neoplasm
Z83 Family history of other specific disorders
Z85 Personal history of malignant neoplasm
Z86 Personal history of certain other diseases
Z88 Personal history of allergy to drugs, medicaments and biological substances
Z92 Personal history of medical treatment
Z92.1 Personal history of long-term (current) use of anticoagulants
Z94 Transplanted organ and tissue status
Z95 Presence of cardiac and vascular implants and grafts
`;

/** In the order of codes. */
export const icd10Codes: readonly Icd10Code[] = text
  .trim()
  .split('\n')
  .map((line) => ({ code: line.slice(0, line.indexOf(' ')), title: line.slice(line.indexOf(' ') + 1) }));
