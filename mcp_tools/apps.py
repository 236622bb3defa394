from django.apps import AppConfig


class McpToolsConfig(AppConfig):
    name = "mcp_tools"
    verbose_name = "Tools"
    default_auto_field = "django.db.models.BigAutoField"
