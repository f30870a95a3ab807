from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_wordings"),
    ]

    operations = [
        migrations.AddField(
            model_name="devicetoken",
            name="unlock",
            field=models.CharField(default="", max_length=64),
        ),
    ]
