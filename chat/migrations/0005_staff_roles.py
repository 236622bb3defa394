"""The roles of staff, as groups. Who may do what is written here once; superusers may change it.

Permissions are rows that Django makes after all migrations, too late for this one: those that are
missing are made here under the names that Django would give them.
"""

from django.db import migrations

READ = {
    ("chat", "thread"): ["view"],
    ("chat", "run"): ["view"],
    ("chat", "toolcall"): ["view"],
    ("chat", "feedback"): ["view"],
    ("tasks", "task"): ["view"],
    ("accounts", "user"): ["view"],
}
ROLES = {
    "Auditors": [
        READ,
        {("chat", "auditevent"): ["view"], ("chat", "thread"): ["export"]},
    ],
    "Support": [
        READ,
        {("chat", "thread"): ["flag"]},
    ],
    "Administrators": [
        READ,
        {
            ("chat", "auditevent"): ["view"],
            ("chat", "thread"): ["export", "flag"],
            ("chat", "run"): ["stop"],
            ("tasks", "task"): ["change"],
            ("accounts", "user"): ["add", "change"],
        },
    ],
}
NAMES = {
    "thread": "conversation",
    "toolcall": "tool call",
    "auditevent": "audit event",
}


def make_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name, grants in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        for grant in grants:
            for (app, model), verbs in grant.items():
                group.permissions.add(*[_permission(apps, app, model, verb) for verb in verbs])


def _permission(apps, app, model, verb):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = ContentType.objects.get_or_create(app_label=app, model=model)
    permission, _ = Permission.objects.get_or_create(
        content_type=content_type,
        codename=f"{verb}_{model}",
        defaults={"name": f"Can {verb} {NAMES.get(model, model)}"},
    )
    return permission


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0004_keep_figures_of_days"),
        ("accounts", "0003_know_outside_identities"),
        ("tasks", "0001_add_tasks_labels_and_numbers"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, remove_roles)]
