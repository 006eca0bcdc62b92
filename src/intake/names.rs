//! The names under which readings are stored and printed.

use super::{Layout, NeedKind, Route};

impl Layout {
    const ALL: [Self; 7] = [
        Self::Numbered,
        Self::Restated,
        Self::Inline,
        Self::Labels,
        Self::HtmlList,
        Self::HtmlTable,
        Self::Prose,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Numbered => "numbered",
            Self::Restated => "restated",
            Self::Inline => "inline",
            Self::Labels => "labels",
            Self::HtmlList => "html_list",
            Self::HtmlTable => "html_table",
            Self::Prose => "prose",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.name() == name)
    }
}

impl NeedKind {
    pub const ALL: [Self; 4] = [Self::Accreditation, Self::Guidance, Self::Review, Self::Other];

    pub fn name(self) -> &'static str {
        match self {
            Self::Accreditation => "accreditation",
            Self::Guidance => "guidance",
            Self::Review => "review",
            Self::Other => "other",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Route {
    pub const ALL: [Self; 7] = [
        Self::Consultancy,
        Self::Incident,
        Self::PhysicalSecurity,
        Self::PersonnelSecurity,
        Self::DataProtection,
        Self::OtherTeam,
        Self::None,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Consultancy => "consultancy",
            Self::Incident => "incident",
            Self::PhysicalSecurity => "physical_security",
            Self::PersonnelSecurity => "personnel_security",
            Self::DataProtection => "data_protection",
            Self::OtherTeam => "other_team",
            Self::None => "none",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|route| route.name() == name)
    }
}
