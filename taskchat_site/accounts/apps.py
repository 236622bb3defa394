from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "taskchat_site.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from taskchat_site.accounts import jwks, sign_ins  # noqa: F401  (connects its receivers)

        jwks.signing_key()  # a wrong JWT_PRIVATE_KEY stops the start, not the first sign-in
