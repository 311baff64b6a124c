"""A spring with eleven partners, one session, and two commitments, as the commands that were typed."""

DAY = "2024-06-05"

SEASON = (
    ("2024-03-04", ["add-member", "Maria Rivera <rivera@example.edu>"]),
    ("2024-03-04", ["add-session", "2024-05-24"]),
    ("2024-03-04", ["settings", "goal=20", "goal.teachers=100000"]),
    *(
        (f"2024-03-{4 + 2 * number:02}",
         ["add-partner", name, "--scope", scope, "--state", state, "--council-role", role, "--nominated-by", "Maria",
          "--sector", "professional"])
        for number, (name, scope, state, role) in enumerate(
            [
                ("Alabama Mathematics Council", "state", "AL", "mathematics-faculty"),
                ("Auburn City Schools", "local", "AL", "school-personnel"),
                ("Georgia Teachers Union", "state", "GA", "school-personnel"),
                ("Ohio Families [for] Mathematics", "state", "OH", "families-and-community"),
                ("Puerto Rico Parents", "local", "PR", "families-and-community"),
                ("Texas Colleges", "state", "TX", "education-faculty"),
                ("Utah Mathematics Circle", "state", "UT", "mathematics-faculty"),
                ("Wisconsin Schools", "state", "WI", "school-personnel"),
                ("National Union of Sums", "national", "DC", "mathematics-teacher-educators"),
            ]
        )
    ),
    ("2024-04-20", ["add-partner", "Late *Society*", "--scope", "national"]),
    ("2024-04-28", ["add-partner", "Later Society", "--scope", "national"]),
    ("2024-05-01", ["invite", "1", "2", "3", "6", "8", "9"]),
    ("2024-05-03", ["rsvp", "1", "yes"]),
    ("2024-05-03", ["rsvp", "2", "yes"]),
    ("2024-05-04", ["rsvp", "9", "yes"]),
    ("2024-05-04", ["rsvp", "6", "no"]),
    ("2024-05-24", ["attend", "1", "2", "3"]),
    ("2024-06-01", ["join", "2"]),
    ("2024-06-02", ["add-commitment", "2", "Reach 300 teachers and 20 schools by 2025.", "--target", "300", "--unit",
                    "teachers", "--target", "20", "--unit", "schools", "--by", "2025", "--goal",
                    "educator-development", "--yes"]),
    ("2024-06-03", ["progress", "1", "120", "--unit", "teachers"]),
    ("2024-06-03", ["add-commitment", "1", "A campaign.", "--yes"]),
)  # fmt: skip
