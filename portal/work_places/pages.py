"""A work place for other sites, in the words of schema.org; nothing here names a person."""

from portal.catalogue.pages.structured import SCHEMA, Thing, absolute, located, organizer
from portal.core.clock import written
from portal.offerings.labels import competence_words
from portal.offerings.rules import CONFIRM_AFTER, HIDE_AFTER
from portal.web.words import label
from portal.work_places.labels import times_in_words
from portal.work_places.models import WorkPlace
from portal.work_places.rules import WorkKind

_EMPLOYMENT = {
    WorkKind.JOB: "PART_TIME",
    WorkKind.TRIAL: "TEMPORARY",
    WorkKind.APPRENTICESHIP: "INTERN",
    WorkKind.EXPERIENCE: "INTERN",
    WorkKind.PAID_DAY: "PER_DIEM",
}


def job_posting(place: WorkPlace) -> Thing:
    """Describe a work place as a JobPosting, without a diploma."""
    last_word = place.confirmed_at or place.published_at or place.created_at
    return {
        "@context": SCHEMA,
        "@type": "JobPosting",
        "title": place.title,
        "description": "\n".join(filter(None, (place.summary, place.what, place.comes_after))),
        "url": absolute("work_places.show", slug=place.slug),
        "inLanguage": place.text_language,
        "datePosted": written(place.published_at or place.created_at),
        "validThrough": written(last_word + CONFIRM_AFTER + HIDE_AFTER),
        "employmentType": _EMPLOYMENT[place.kind],
        "workHours": place.hours or times_in_words(place.times),
        "totalJobOpenings": place.places,
        "hiringOrganization": organizer(place.organisation),
        "jobLocation": located(place),
        "skills": [competence_words(key) for key in place.needed],
        "qualifications": place.licence,
        "experienceRequirements": label(place.dutch_level),
        "physicalRequirement": place.demands,
        "jobBenefits": place.guidance,
        "incentiveCompensation": place.pay,
        "directApply": True,
    }
