// The managed data identifiers that form, check digits and words nearby tell.
// Those that AWS finds by machine learning (names, addresses) are not among them.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-managed-data-identifiers.html

import { type Find, isIban, matches, passesBrazilian, passesLuhn, weighted } from "./detection.ts";

/** Numbers that card issuers keep for tests, which AWS does not report. */
const testCards = new Set(
  "122000000000003 2222405343248877 2222990905257051 2223007648726984 2223577120017656 30569309025904 34343434343434 3528000700000000 3530111333300000 3566002020360505 36148900647913 36700102000000 371449635398431 378282246310005 378734493671000 38520000023237 4012888888881881 4111111111111111 4222222222222 4444333322221111 4462030000000000 4484070000000000 4911830000000 4917300800000000 4917610000000000 4917610000000000003 5019717010103742 5105105105105100 5111010030175156 5185540810000019 5200828282828210 5204230080000017 5204740009900014 5420923878724339 5454545454545454 5455330760000018 5506900490000436 5506900490000444 5506900510000234 5506920809243667 5506922400634930 5506927427317625 5553042241984105 5555553753048194 5555555555554444 5610591081018250 6011000990139424 6011000400000000 6011111111111117 630490017740292441 630495060000000000 6331101999990016 6759649826438453 6799990100000000019 76009244561".split(
    " ",
  ),
);

const cardWords =
  "account number,american express,amex,bank card,card,card num,card number,cc #,ccn,check card,credit,credit card#,credit card,dankort,debit,debit card,diners club,discover,electron,jcb,mastercard,mc,pan,payment account number,payment card number,pcn,union pay,visa".split(
    ",",
  );

const bankWords =
  "bank account,bank acct,checking account,checking acct,deposit account,deposit acct,savings account,savings acct,chequing account,chequing acct,account,iban,bank".split(
    ",",
  );

const healthWords = "npi,hipaa,national provider,provider".split(",");

const iban = (country: string, length: number): Find =>
  matches(new RegExp(`\\b${country}\\d{2}(?:[ -]?[A-Z0-9]){${length - 4}}\\b`, "g"), { valid: isIban });

const phone = (pattern: RegExp): Find =>
  matches(pattern, {
    near: "cell,contact,fax,fax number,mobile,mobile number,phone,phone number,tel,telephone,telephone number,call".split(
      ",",
    ),
  });

const passport = (pattern: RegExp): Find =>
  matches(pattern, {
    near: "passport,passport #,passport no,passport number,passportno,passeport,pasaporte,passaporto,reisepass".split(
      ",",
    ),
  });

const social = (pattern: RegExp, near: string): Find => matches(pattern, { near: near.split(",") });

export const managedIdentifiers: Readonly<Record<string, Find>> = {
  // Credentials.
  AwsSecretKey: matches(/(?<![A-Za-z0-9/+=])[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/g, {
    near: "aws_secret_access_key,credentials,secret access key,secret key,set-awscredential".split(","),
  }),
  OpenSshPrivateKey: matches(/-----BEGIN OPENSSH PRIVATE KEY-----[\s\S]*?-----END OPENSSH PRIVATE KEY-----/g),
  PgpPrivateKey: matches(/-----BEGIN PGP PRIVATE KEY BLOCK-----[\s\S]*?-----END PGP PRIVATE KEY BLOCK-----/g),
  PkcsPrivateKey: matches(/-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]*?-----END (?:RSA )?PRIVATE KEY-----/g),
  PuttyPrivateKey: matches(/PuTTY-User-Key-File-\d:[\s\S]*?Private-MAC: ?[0-9a-f]+/g),

  // Devices.
  IpAddress: matches(/\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/g),

  // Money.
  "BankAccountNumber-DE": iban("DE", 22),
  "BankAccountNumber-ES": iban("ES", 24),
  "BankAccountNumber-FR": iban("FR", 27),
  "BankAccountNumber-GB": iban("GB", 22),
  "BankAccountNumber-IT": iban("IT", 27),
  "BankAccountNumber-US": matches(/\b\d{10,17}\b/g, { near: bankWords }),
  CreditCardExpiration: matches(/\b(?:0?[1-9]|1[0-2])[/ -](?:20)?\d{2}\b/g, {
    near: "exp d,exp m,exp y,exp,expiration,expiry,expires".split(","),
  }),
  CreditCardMagneticStripe: matches(
    /%?B\d{13,19}\^[A-Za-z /.-]{2,26}\^\d{7}[^\s?]*\??|;\d{13,19}=\d{7}\d*\??/g,
    {
      near: "card data,iso7813,mag,magstripe,stripe,swipe".split(","),
    },
  ),
  CreditCardNumber: matches(/(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)/g, {
    near: cardWords,
    valid: (found) => passesLuhn(found) && !testCards.has(found.replace(/\D/g, "")),
  }),
  CreditCardSecurityCode: matches(/\b\d{3,4}\b/g, {
    near: "card id,card identification code,card identification number,card security code,card validation code,card validation number,card verification data,card verification value,cvc,cvc2,cvv,cvv2".split(
      ",",
    ),
  }),

  // Health.
  "DrugEnforcementAgencyNumber-US": matches(/\b[A-Z][A-Z9]\d{7}\b/g, {
    near: "dea number,dea registration,dea".split(","),
    valid: (found) => {
      const sum = weighted(found.slice(2), [1, 2, 1, 2, 1, 2]);
      return sum % 10 === Number(found.at(-1));
    },
  }),
  "MedicareBeneficiaryNumber-US": matches(
    /\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b/g,
    { near: "mbi,medicare beneficiary".split(",") },
  ),
  "NationalDrugCode-US": matches(/\b\d{4,5}-\d{3,4}-\d{1,2}\b/g, {
    near: "national drug code,ndc".split(","),
  }),
  "NationalProviderId-US": matches(/\b[12]\d{9}\b/g, {
    near: healthWords,
    valid: (found) => passesLuhn(`80840${found}`),
  }),
  "NhsNumber-GB": matches(/\b\d{3}[ -]?\d{3}[ -]?\d{4}\b/g, {
    near: "national health service,nhs,nhs number".split(","),
    valid: (found) => {
      const check = 11 - (weighted(found, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
      return (check === 11 ? 0 : check) === Number(found.at(-1));
    },
  }),

  // Persons.
  "CepCode-BR": social(
    /\b\d{5}-?\d{3}\b/g,
    "cep,código de endereçamento postal,codigo de endereçamento postal",
  ),
  "Cnpj-BR": matches(/\b\d{2}\.?\d{3}\.?\d{3}\/?\d{4}-?\d{2}\b/g, {
    near: "cadastro nacional da pessoa jurídica,cadastro nacional da pessoa juridica,cnpj".split(","),
    valid: (found) => passesBrazilian(found, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]),
  }),
  "CpfCode-BR": matches(/\b\d{3}\.?\d{3}\.?\d{3}-?\d{2}\b/g, {
    near: "cadastro de pessoas fisicas,cadastro de pessoas físicas,cadastro de pessoa física,cadastro de pessoa fisica,cpf".split(
      ",",
    ),
    valid: (found) => passesBrazilian(found, [10, 9, 8, 7, 6, 5, 4, 3, 2]),
  }),
  DateOfBirth: matches(
    /\b(?:\d{4}[/ -]\d{1,2}[/ -]\d{1,2}|\d{1,2}[/ -]\d{1,2}[/ -](?:\d{4}|\d{2})|\d{1,2}[ -](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ ,-]+\d{4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ -]\d{1,2}[ ,-]+\d{4})\b/gi,
    { near: "dob,date of birth,birthdate,birth date,birthday,b-day,bday".split(",") },
  ),
  EmailAddress: matches(/[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}/g),
  "IndividualTaxIdentificationNumber-US": social(
    /\b9\d{2}[ -]?(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])[ -]?\d{4}\b/g,
    "individual taxpayer id,individual taxpayer id number,individual taxpayer id num,individual taxpayer identification number,itin,i.t.i.n.",
  ),
  "InseeCode-FR": social(
    /\b[12]\d{2}(?:0[1-9]|1[0-2])(?:\d{2}|2[AB])\d{6}(?: ?\d{2})?\b/g,
    "insee,nir,securite sociale,sécurité sociale,social security number,ssn",
  ),
  "NationalInsuranceNumber-GB": social(
    /\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b/g,
    "insurance no,insurance number,insurance#,national insurance number,nationalinsurance#,nationalinsurancenumber,nin,nino",
  ),
  "NieNumber-ES": social(/\b[XYZ]-?\d{7}-?[A-Z]\b/g, "nie,nie number,número de identificación,n.i.e"),
  "NifNumber-ES": social(/\b\d{8}-?[A-Z]\b/g, "nif,nif number,dni,número de identificación fiscal"),
  "PassportNumber-CA": passport(/\b[A-Z]{2}\d{6}\b/g),
  "PassportNumber-DE": passport(/\b[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d?\b/g),
  "PassportNumber-ES": passport(/\b[A-Z]{2,3}\d{6}\b/g),
  "PassportNumber-FR": passport(/\b\d{2}[A-Z]{2}\d{5}\b/g),
  "PassportNumber-GB": passport(/\b\d{9}\b/g),
  "PassportNumber-IT": passport(/\b[A-Z]{2}\d{7}\b/g),
  "PassportNumber-US": passport(/\b(?:\d{9}|[A-Z]\d{8})\b/g),
  "PhoneNumber-BR": phone(/(?<!\d)(?:\+55[ .-]?)?\(?\d{2}\)?[ .-]?9?\d{4}[ .-]?\d{4}(?!\d)/g),
  "PhoneNumber-DE": phone(/(?<!\d)(?:\+49[ .-]?|0)[1-9]\d{1,4}[ ./-]?\d{3,8}(?!\d)/g),
  "PhoneNumber-ES": phone(/(?<!\d)(?:\+34[ .-]?)?[6789]\d{2}[ .-]?\d{3}[ .-]?\d{3}(?!\d)/g),
  "PhoneNumber-FR": phone(/(?<!\d)(?:\+33[ .-]?|0)[1-9](?:[ .-]?\d{2}){4}(?!\d)/g),
  "PhoneNumber-GB": phone(/(?<!\d)(?:\+44[ .-]?|0)\d{2,4}[ .-]?\d{3,4}[ .-]?\d{3,4}(?!\d)/g),
  "PhoneNumber-IT": phone(/(?<!\d)(?:\+39[ .-]?)?(?:0\d{1,3}|3\d{2})[ .-]?\d{5,8}(?!\d)/g),
  "PhoneNumber-US": phone(/(?<!\d)(?:\+?1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]?[2-9]\d{2}[ .-]?\d{4}(?!\d)/g),
  "PostalCode-CA": matches(/\b[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z]\d\b/g),
  "SocialInsuranceNumber-CA": matches(/\b[1-79]\d{2}[ -]?\d{3}[ -]?\d{3}\b/g, {
    near: "canadian id,numéro d'assurance sociale,sin,social insurance number".split(","),
    valid: passesLuhn,
  }),
  "Ssn-ES": social(
    /\b\d{2}[/ -]?\d{7,8}[/ -]?\d{2}\b/g,
    "número de la seguridad social,social security no,social security number,ssn",
  ),
  "Ssn-US": social(
    /\b(?!000|666|9\d\d)\d{3}[ -]?(?!00)\d{2}[ -]?(?!0000)\d{4}\b/g,
    "social security,social security#,social security no,social security number,ss#,ssn",
  ),
  VehicleIdentificationNumber: social(
    /\b(?=[A-HJ-NPR-Z]*\d)[A-HJ-NPR-Z0-9]{17}\b/g,
    "fahrgestellnummer,niv,numarul de identificare,vehicle id,vehicle identification,vehicle identification number,vin,vin numbers",
  ),
  "ZipCode-US": matches(/\b\d{5}-\d{4}\b|\b\d{5}\b/g, { near: "zip code,zip+4,zip".split(",") }),
};
