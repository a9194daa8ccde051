"""Resumes in XML, as Europass attaches them to its PDF files: sections, lines, dates and descriptions."""

from __future__ import annotations

import pytest

from skillgap.errors import ResumeLimitError
from skillgap.model import Limits
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document
from skillgap.parsing.resume_xml import read_resume_xml

EUROPASS = """<?xml version="1.0" encoding="UTF-8"?>
<SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass" locale="en">
 <DocumentInfo><DocumentType>ECV</DocumentType><Generator>EWA</Generator></DocumentInfo>
 <LearnerInfo>
  <Identification>
   <PersonName><FirstName>Grace</FirstName><Surname>Mbeki</Surname></PersonName>
   <ContactInfo>
    <Address><Contact><AddressLine>12 Mill Lane</AddressLine><Municipality>Leeds</Municipality>
     <Country><Code>UK</Code><Label>United Kingdom</Label></Country></Contact></Address>
    <Email><Contact>grace@example.org</Contact></Email>
   </ContactInfo>
   <Photo><MimeType>image/jpeg</MimeType><Data>/9j/4AAQSkZJRg==</Data></Photo>
  </Identification>
  <WorkExperienceList><WorkExperience>
   <Period><From year="2015" month="--08"/><Current>true</Current></Period>
   <Position><Code>4311</Code><Label>Credit controller</Label></Position>
   <Activities>&lt;ul&gt;&lt;li&gt;Chased overdue invoices&lt;/li&gt;
    &lt;li&gt;Reconciled ledgers in SAP&lt;/li&gt;&lt;/ul&gt;</Activities>
   <Employer><Name>Harbour Freight</Name></Employer>
  </WorkExperience></WorkExperienceList>
  <EducationList><Education>
   <Period><From year="2010"/><To year="2013"/></Period><Title>BA Accounting</Title>
   <Organisation><Name>University of Leeds</Name></Organisation>
  </Education></EducationList>
  <Skills>
   <Linguistic><ForeignLanguageList><ForeignLanguage>
    <Description><Code>fr</Code><Label>French</Label></Description>
    <ProficiencyLevel><Listening>C1</Listening><Reading>C1</Reading><Writing>B2</Writing></ProficiencyLevel>
   </ForeignLanguage></ForeignLanguageList></Linguistic>
   <Communication><Description>&lt;p&gt;Negotiation with debtors&lt;/p&gt;</Description></Communication>
   <Computer><Description>Excel, SAP &amp;amp; Power BI</Description></Computer>
  </Skills>
 </LearnerInfo>
</SkillsPassport>"""

EUROPASS_OF_2020 = """<?xml version="1.0" encoding="UTF-8"?>
<Candidate xmlns="http://www.europass.eu/1.0" xmlns:oa="http://www.openapplications.org/oagis/9"
 xmlns:hr="http://www.hr-xml.org/3" xmlns:eures="http://www.europass_eures.eu/1.0">
 <hr:DocumentID schemeID="Test-0001">1a2b</hr:DocumentID>
 <CandidatePerson>
  <PersonName><oa:GivenName>Grace</oa:GivenName><hr:FamilyName>Mbeki</hr:FamilyName></PersonName>
  <Communication><ChannelCode>Telephone</ChannelCode><CountryDialing>44</CountryDialing><oa:DialNumber>1134960000</oa:DialNumber></Communication>
 </CandidatePerson>
 <CandidateProfile languageCode="en">
  <EmploymentHistory><EmployerHistory><hr:OrganizationName>Harbour Freight</hr:OrganizationName>
   <PositionHistory><PositionTitle typeCode="FREETEXT">Credit controller</PositionTitle>
    <eures:EmploymentPeriod><eures:StartDate><hr:FormattedDateTime>2015-08-01</hr:FormattedDateTime></eures:StartDate>
     <eures:EndDate><hr:FormattedDateTime>2019-02</hr:FormattedDateTime></eures:EndDate>
     <hr:CurrentIndicator>false</hr:CurrentIndicator></eures:EmploymentPeriod>
    <oa:Description>&lt;p&gt;Chased overdue invoices&lt;/p&gt;</oa:Description>
   </PositionHistory></EmployerHistory></EmploymentHistory>
  <PersonQualifications><PersonCompetency><CompetencyID>fra</CompetencyID><hr:TaxonomyID>language</hr:TaxonomyID>
   <CompetencyDimension><hr:CompetencyDimensionTypeCode>CEF-Reading</hr:CompetencyDimensionTypeCode>
    <eures:Score><hr:ScoreText>B2</hr:ScoreText></eures:Score></CompetencyDimension></PersonCompetency></PersonQualifications>
 </CandidateProfile>
 <CandidateProfile languageCode="fr"><ExecutiveSummary>La meme chose</ExecutiveSummary></CandidateProfile>
 <RenderingInformation><Design>blue</Design></RenderingInformation>
</Candidate>"""

HR_XML = """<Resume xmlns="http://ns.hr-xml.org/2007-04-15"><StructuredXMLResume>
 <ContactInfo><PersonName><FormattedName>Grace Mbeki</FormattedName>
  <GivenName>Grace</GivenName></PersonName></ContactInfo>
 <EmploymentHistory><EmployerOrg><EmployerOrgName>Harbour Freight</EmployerOrgName>
  <PositionHistory><Title>Credit controller</Title><Description>Chased overdue invoices</Description>
   <StartDate><YearMonth>2015-08</YearMonth></StartDate><EndDate><StringDate>current</StringDate></EndDate>
  </PositionHistory></EmployerOrg></EmploymentHistory>
 <Qualifications><Competency name="Payroll"/><Competency name="SAP"/></Qualifications>
</StructuredXMLResume></Resume>"""

OLD_EUROPASS = """<europass:learner-info xmlns:europass="http://europass.cedefop.europa.eu/Europass/V2.0">
 <identification><firstname>Grace</firstname><lastname>Mbeki</lastname>
  <photo type="JPEG">/9j/4AAQ</photo></identification>
 <workexperiencelist><workexperience>
  <period><from><year>2001</year><month>--03</month></from><to><year>2004</year></to></period>
  <position><code>4311</code><label>Bookkeeper</label></position><activities>Payroll of 40 people</activities>
 </workexperience></workexperiencelist>
 <skilllist><skill type="computer">Excel</skill></skilllist>
</europass:learner-info>"""


def read(text: str, **limits: int) -> Document | None:
    return read_resume_xml(text.encode(), budget=Budget(Limits(seconds=None, **limits)))


def lines(text: str) -> list[tuple[str, str]]:
    document = read(text)
    assert document is not None
    return [(block.kind, block.text) for block in document.blocks]


def test_europass_is_read_under_its_headings() -> None:
    assert lines(EUROPASS) == [
        ("paragraph", "Grace Mbeki"),
        ("paragraph", "12 Mill Lane, Leeds, United Kingdom"),
        ("paragraph", "grace@example.org"),
        ("heading", "Work Experience"),
        ("paragraph", "Credit controller, Harbour Freight"),
        ("paragraph", "Aug 2015 – Present"),
        ("bullet", "Chased overdue invoices"),
        ("bullet", "Reconciled ledgers in SAP"),
        ("heading", "Education"),
        ("paragraph", "BA Accounting, University of Leeds"),
        ("paragraph", "2010 – 2013"),
        ("heading", "Languages"),
        ("paragraph", "French, C1, B2"),
        ("heading", "Communication Skills"),
        ("paragraph", "Negotiation with debtors"),
        ("heading", "Computer Skills"),
        ("paragraph", "Excel, SAP & Power BI"),
    ]


def test_europass_of_2020_is_read_in_its_first_language() -> None:
    assert lines(EUROPASS_OF_2020) == [
        ("paragraph", "Grace Mbeki"),
        ("paragraph", "+44 1134960000"),
        ("heading", "Work Experience"),
        ("paragraph", "Harbour Freight"),
        ("paragraph", "Credit controller"),
        ("paragraph", "Aug 2015 – Feb 2019"),
        ("paragraph", "Chased overdue invoices"),
        ("heading", "Skills"),
        ("paragraph", "French, B2"),
    ]


def test_hr_xml_names_skills_in_attributes() -> None:
    assert lines(HR_XML) == [
        ("paragraph", "Grace Mbeki"),
        ("heading", "Work Experience"),
        ("paragraph", "Harbour Freight"),
        ("paragraph", "Credit controller"),
        ("paragraph", "Aug 2015 – current"),
        ("paragraph", "Chased overdue invoices"),
        ("heading", "Skills"),
        ("paragraph", "Payroll"),
        ("paragraph", "SAP"),
    ]


def test_the_oldest_europass_has_years_in_elements() -> None:
    assert lines(OLD_EUROPASS) == [
        ("paragraph", "Grace Mbeki"),
        ("heading", "Work Experience"),
        ("paragraph", "Bookkeeper"),
        ("paragraph", "Mar 2001 – 2004"),
        ("paragraph", "Payroll of 40 people"),
        ("heading", "Skills"),
        ("paragraph", "Excel"),
    ]


@pytest.mark.parametrize("text", ["<Invoice><Note>Candidate</Note></Invoice>", "", "no XML at all", "<Candidate"])
def test_other_xml_is_no_resume(text: str) -> None:
    document = read(text)
    assert document is None or not document.blocks


def test_entities_are_not_expanded() -> None:
    entities = '<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY a "Excel">'
    text = f"<!DOCTYPE Resume [{entities}]><Resume><Name>Grace &e;&a;</Name></Resume>"
    assert lines(text) == [("paragraph", "Grace")]


def test_deep_nesting_is_cut_off() -> None:
    assert lines("<Resume>" + "<a>" * 200 + "Excel" + "</a>" * 200 + "</Resume>") == []


def test_too_much_text_is_refused() -> None:
    with pytest.raises(ResumeLimitError):
        read("<Resume>" + "<Skill>Excel and payroll</Skill>" * 100 + "</Resume>", characters=500)
