"""What notices, mails and factors say, in German."""

from collections.abc import Mapping

GERMAN: Mapping[str, str] = {
    "Password": "Passwort",
    "Authenticator app": "Authenticator-App",
    "Code from the app": "Code aus der App",
    "Hardware token": "Hardware-Token",
    "Code from the token": "Code vom Token",
    "Serial number on its back": "Seriennummer auf der Rückseite",
    "YubiKey": "YubiKey",
    "Touch your YubiKey": "Berühren Sie Ihren YubiKey",
    "Recovery code": "Wiederherstellungscode",
    "One of your recovery codes": "Einer Ihrer Wiederherstellungscodes",
    "The codes were shown once. Make new ones if you did not keep them.": (
        "Die Codes wurden einmal gezeigt. Machen Sie neue, wenn Sie sie nicht aufbewahrt haben."
    ),
    "Recovery pass": "Wiederherstellungspass",
    "The secret from the letter or from the help desk": "Das Geheimnis aus dem Brief oder vom Helpdesk",
    "Passkey or security key": "Passkey oder Sicherheitsschlüssel",
    "Passkey": "Passkey",
    "Prompt on your phone": "Anfrage auf Ihrem Telefon",
    "Code shown on the phone": "Code, den das Telefon zeigt",
    "SMS": "SMS",
    "Code from the SMS": "Code aus der SMS",
    "Telephone call": "Telefonanruf",
    "Code from the call": "Code aus dem Anruf",
    "Telephone number, with + and country code": "Telefonnummer, mit + und Landesvorwahl",
    "At least {0} characters; a few unrelated words make a good one.": (
        "Mindestens {0} Zeichen; ein paar Wörter ohne Zusammenhang sind gut."
    ),
    "At least {0} characters.": "Mindestens {0} Zeichen.",
    "At most {0} bytes.": "Höchstens {0} Byte.",
    "Use a few words, avoid common phrases.": "Nehmen Sie ein paar Wörter, aber keine gängigen Wendungen.",
    "No need for symbols, digits, or uppercase letters.": (
        "Sonderzeichen, Ziffern oder Großbuchstaben sind nicht nötig."
    ),
    "Add another word or two.": "Fügen Sie noch ein oder zwei Wörter hinzu.",
    "Uncommon words are better.": "Seltene Wörter sind besser.",
    "Capitalization doesn't help very much.": "Großschreibung hilft nicht viel.",
    "All-uppercase is almost as easy to guess as all-lowercase.": (
        "Nur Großbuchstaben sind fast so leicht zu erraten wie nur Kleinbuchstaben."
    ),
    "Reversed words aren't much harder to guess.": (
        "Rückwärts geschriebene Wörter sind nicht viel schwerer zu erraten."
    ),
    "Predictable substitutions like '@' instead of 'a' don't help very much.": (
        "Naheliegende Ersetzungen wie „@“ für „a“ helfen nicht viel."
    ),
    "Use a longer keyboard pattern with more turns.": "Nehmen Sie ein längeres Tastaturmuster mit mehr Wendungen.",
    "Avoid repeated words and characters.": "Vermeiden Sie wiederholte Wörter und Zeichen.",
    "Avoid sequences.": "Vermeiden Sie Folgen.",
    "Avoid recent years.": "Vermeiden Sie Jahre der letzten Zeit.",
    "Avoid years that are associated with you.": "Vermeiden Sie Jahre, die mit Ihnen zu tun haben.",
    "Avoid dates and years that are associated with you.": (
        "Vermeiden Sie Daten und Jahre, die mit Ihnen zu tun haben."
    ),
    (
        "Codes by telephone are the weakest of the second factors: a number can be taken over, and a code "
        "can be talked out of you. A passkey or an authenticator app is safer, and you can set one up beside "
        "this."
    ): (
        "Codes per Telefon sind der schwächste zweite Faktor: Eine Nummer kann übernommen und ein Code Ihnen "
        "entlockt werden. Ein Passkey oder eine Authenticator-App ist sicherer, und Sie können das daneben "
        "einrichten."
    ),
    "Client certificate": "Client-Zertifikat",
    "Your browser shows it": "Ihr Browser zeigt es vor",
    "The certificate that this connection shows is set up. Nothing has to be typed.": (
        "Das Zertifikat, das diese Verbindung vorzeigt, wird eingerichtet. Es ist nichts einzugeben."
    ),
    "Too many wrong tries at your account": "Zu viele falsche Versuche an Ihrem Konto",
    "Somebody gave a wrong {what} too often, so it cannot be tried for a while. Devices you know still work.": (
        "Jemand hat dies zu oft falsch eingegeben, deshalb kann es eine Weile nicht versucht werden: {what}. "
        "Geräte, die Sie kennen, gehen weiter."
    ),
    "A way of signing in was switched off": "Eine Anmeldeart wurde abgeschaltet",
    "After very many wrong tries nobody can try your {what} any more until an administrator unlocks it.": (
        "Nach sehr vielen falschen Versuchen kann dies niemand mehr versuchen, bis ein Administrator es "
        "entsperrt: {what}."
    ),
    "A key of yours may have been copied": "Einer Ihrer Schlüssel wurde vielleicht kopiert",
    "Your key {what} answered with a counter that went back, as a copy of it would. It was switched off.": (
        "Ihr Schlüssel {what} hat mit einem Zähler geantwortet, der zurücksprang, wie es eine Kopie täte. Er "
        "wurde abgeschaltet."
    ),
    "A way of signing in is off, because it was reported lost": (
        "Eine Art der Anmeldung ist aus, weil sie als verloren gemeldet wurde"
    ),
    (
        "Your account was recovered, so {what} no longer signs in. If you still have it, remove it on your account "
        "page and set it up again."
    ): (
        "Ihr Konto wurde wiederhergestellt, deshalb meldet {what} nicht mehr an. Falls Sie es noch haben, entfernen "
        "Sie es auf Ihrer Kontoseite und richten Sie es neu ein."
    ),
    "A new factor was set up": "Ein neuer Faktor wurde eingerichtet",
    "Your account can now be proved by: {what}.": "Ihr Konto lässt sich jetzt beweisen durch: {what}.",
    "A factor was removed": "Ein Faktor wurde entfernt",
    "Your account can no longer be proved by: {what}.": "Ihr Konto lässt sich nicht mehr beweisen durch: {what}.",
    "A recovery code was used": "Ein Wiederherstellungscode wurde benutzt",
    "Somebody signed in with your password and a recovery code or pass.": (
        "Jemand hat sich mit Ihrem Passwort und einem Wiederherstellungscode oder -pass angemeldet."
    ),
    "New recovery codes were made": "Neue Wiederherstellungscodes wurden gemacht",
    "Your old recovery codes no longer work.": "Ihre alten Wiederherstellungscodes gelten nicht mehr.",
    "Your password was changed": "Ihr Passwort wurde geändert",
    "The old one no longer works, and other sessions ended.": (
        "Das alte gilt nicht mehr, und andere Sitzungen wurden beendet."
    ),
    "Your password was reset": "Ihr Passwort wurde zurückgesetzt",
    "An administrator gave your account a new password. All sessions ended.": (
        "Ein Administrator hat Ihrem Konto ein neues Passwort gegeben. Alle Sitzungen wurden beendet."
    ),
    "Your factors were reset": "Ihre Faktoren wurden zurückgesetzt",
    "An administrator removed the factors of your account so that you can set up new ones. All sessions ended.": (
        "Ein Administrator hat die Faktoren Ihres Kontos entfernt, damit Sie neue einrichten können. Alle "
        "Sitzungen wurden beendet."
    ),
    "A sign-in was reported: it was not you": "Eine Anmeldung wurde gemeldet: Das waren nicht Sie",
    (
        "Somebody who knows your password tried to sign in, and you said on your phone that it was not you. "
        "All sessions ended and your phones are asked no more. Change your password, then connect your phone "
        "anew: a recovery code or an administrator lets you in."
    ): (
        "Jemand, der Ihr Passwort kennt, wollte sich anmelden, und Sie haben auf Ihrem Telefon gesagt, dass "
        "Sie es nicht sind. Alle Sitzungen wurden beendet, und Ihre Telefone werden nicht mehr gefragt. "
        "Ändern Sie Ihr Passwort und verbinden Sie Ihr Telefon neu: Ein Wiederherstellungscode oder ein "
        "Administrator lässt Sie hinein."
    ),
    "Somebody asked to recover your account": "Jemand will Ihr Konto wiederherstellen",
    (
        "In {what} whoever reads your mail can go on with it. Until then nothing changes. To stop it, press "
        "the button on your account page, use the link in the mail, or simply sign in as you always do."
    ): (
        "In {what} kann damit weitermachen, wer Ihre E-Mails liest. Bis dahin ändert sich nichts. Zum "
        "Stoppen drücken Sie den Knopf auf Ihrer Kontoseite, nehmen den Link in der E-Mail oder melden sich "
        "einfach an wie immer."
    ),
    "A recovery of your account was not begun": "Eine Wiederherstellung Ihres Kontos wurde nicht begonnen",
    "Somebody asked for a way back into your account. It was not begun: {what}": (
        "Jemand wollte einen Weg zurück in Ihr Konto. Er wurde nicht begonnen: {what}"
    ),
    "The help desk was asked to recover your account": "Der Helpdesk soll Ihr Konto wiederherstellen",
    (
        "An administrator asked for a way back into your account; another one has to agree. To stop it, "
        "press the button on your account page or sign in as you always do."
    ): (
        "Ein Administrator hat einen Weg zurück in Ihr Konto beantragt; ein anderer muss zustimmen. Zum "
        "Stoppen drücken Sie den Knopf auf Ihrer Kontoseite oder melden sich an wie immer."
    ),
    "A way back into your account is open": "Ein Weg zurück in Ihr Konto ist offen",
    (
        "A one-time secret for {what} was handed out. To stop it, press the button on your account page or "
        "sign in as you always do."
    ): (
        "Ein Einmalgeheimnis wurde ausgegeben, und zwar für: {what}. Zum Stoppen drücken Sie den Knopf auf "
        "Ihrer Kontoseite oder melden sich an wie immer."
    ),
    "A recovery of your account was stopped": "Eine Wiederherstellung Ihres Kontos wurde gestoppt",
    "What was asked for does not happen, and a secret that was handed out is worth nothing.": (
        "Was verlangt wurde, geschieht nicht, und ein ausgegebenes Geheimnis ist wertlos."
    ),
    "Your account was recovered": "Ihr Konto wurde wiederhergestellt",
    "The one-time secret was used for {what}.": "Das Einmalgeheimnis wurde benutzt für: {what}.",
    "You said: this was not me": "Sie haben gesagt: Das war ich nicht",
    (
        "All sessions and tokens of your account ended. Second factors that were set up in the last {what} "
        "were switched off. At your next sign-in you choose a new password."
    ): (
        "Alle Sitzungen und Token Ihres Kontos wurden beendet. Zweite Faktoren, die zuletzt eingerichtet "
        "wurden, sind abgeschaltet (Zeitraum: {what}). Bei der nächsten Anmeldung wählen Sie ein neues "
        "Passwort."
    ),
    "Set up a second factor": "Richten Sie einen zweiten Faktor ein",
    "{what} Set one up on your account page.": "{what} Richten Sie einen auf Ihrer Kontoseite ein.",
    "A change was taken back": "Eine Änderung wurde zurückgenommen",
    "By the link in a mail, this was taken back: {what}. All sessions ended.": (
        "Über den Link in einer E-Mail wurde dies zurückgenommen: {what}. Alle Sitzungen wurden beendet."
    ),
    "Your mail address was changed": "Ihre E-Mail-Adresse wurde geändert",
    "Notices about your account now go to {what}.": "Mitteilungen über Ihr Konto gehen jetzt an {what}.",
    "A sign-in from a new device": "Eine Anmeldung von einem neuen Gerät",
    "Your account was used on a device it was not used on before.": (
        "Ihr Konto wurde auf einem Gerät benutzt, auf dem es noch nicht benutzt wurde."
    ),
    "A sign-in from an unusual place": "Eine Anmeldung von einem ungewöhnlichen Ort",
    "Somebody signed in as you, or tried to, from a place that does not fit your other sign-ins: {what}.": (
        "Jemand hat sich in Ihrem Namen angemeldet oder es versucht, von einem Ort, der nicht zu Ihren "
        "anderen Anmeldungen passt: {what}."
    ),
    "an unknown address": "einer unbekannten Adresse",
    "When: {moment}, from {address}": "Wann: {moment}, von {address}",
    (
        "If this was you, there is nothing to do. If it was not, change your password, end all sessions on "
        "your account page and tell your administrator."
    ): (
        "Wenn Sie das waren, ist nichts zu tun. Wenn nicht, ändern Sie Ihr Passwort, beenden Sie auf Ihrer "
        "Kontoseite alle Sitzungen und sagen Sie es Ihrem Administrator."
    ),
    "{0} hour": "{0} Stunde",
    "{0} hours": "{0} Stunden",
    "{0} minute": "{0} Minute",
    "{0} minutes": "{0} Minuten",
    "{0} second": "{0} Sekunde",
    "{0} seconds": "{0} Sekunden",
    "a moment": "einem Augenblick",
    "a new password": "ein neues Passwort",
    "new second factors": "neue zweite Faktoren",
    "You can sign in without one {0} more time.": "Sie können sich noch {0} Mal ohne einen anmelden.",
    "You can sign in without one {0} more times.": "Sie können sich noch {0} Mal ohne einen anmelden.",
    "factor added": "Faktor hinzugefügt",
    "factor removed": "Faktor entfernt",
    "codes replaced": "Codes ersetzt",
    "password changed": "Passwort geändert",
    "signed in": "angemeldet",
    "{code} is your {site} code, good for {life}. Nobody will ask you for it.": (
        "{code} ist Ihr Code für {site}, gültig für {life}. Niemand wird Sie danach fragen."
    ),
    "Your {site} code is: {digits}. Nobody will ask you for it.": (
        "Ihr Code für {site} lautet: {digits}. Niemand wird Sie danach fragen."
    ),
    "Your {site} code": "Ihr Code für {site}",
    "Something waits for your answer. Open this to look at it.": (
        "Etwas wartet auf Ihre Antwort. Öffnen Sie dies, um es anzusehen."
    ),
    "{site}: {subject}. If it was not you, read the mail about it or your account page.": (
        "{site}: {subject}. Wenn Sie das nicht waren, lesen Sie die E-Mail dazu oder Ihre Kontoseite."
    ),
    "Your code: {code}": "Ihr Code: {code}",
    "Type it into the page of {site} that asked for it. It is good for {life}, and for one use.": (
        "Geben Sie ihn auf der Seite von {site} ein, die danach gefragt hat. Er gilt für {life} und einmal."
    ),
    "If you did not ask for it, somebody else typed your address: do nothing, and tell nobody the code.": (
        "Wenn Sie ihn nicht verlangt haben, hat jemand anderes Ihre Adresse eingegeben: Tun Sie nichts und "
        "sagen Sie niemandem den Code."
    ),
    "This was not you? Take it back:": "Das waren nicht Sie? Nehmen Sie es zurück:",
    (
        "The page says what it will do, and asks for no password and no code. The link works once, for 72 "
        "hours. Keep it to yourself."
    ): (
        "Die Seite sagt, was sie tun wird, und fragt nach keinem Passwort und keinem Code. Der Link gilt "
        "einmal, 72 Stunden lang. Behalten Sie ihn für sich."
    ),
    "Somebody asked for this for your account: {what}.": "Jemand hat dies für Ihr Konto verlangt: {what}.",
    "What happens next: on {moment} you get a mail that lets you go on.": (
        "Was als Nächstes geschieht: Am {moment} bekommen Sie eine E-Mail, mit der es weitergeht."
    ),
    "What happens next: another administrator has to agree before {moment}.": (
        "Was als Nächstes geschieht: Ein anderer Administrator muss vor {moment} zustimmen."
    ),
    "If this was not you, stop it now. Any of these will do:": (
        "Wenn Sie das nicht waren, stoppen Sie es jetzt. Jedes davon genügt:"
    ),
    "open {link} and press the button there": "{link} öffnen und dort den Knopf drücken",
    "on a device where you are signed in, open your account page": (
        "auf einem Gerät, auf dem Sie angemeldet sind, Ihre Kontoseite öffnen"
    ),
    "sign in as you always do": "sich anmelden wie immer",
    "For now nothing changes: what you have still works, and nobody gets in.": (
        "Vorerst ändert sich nichts: Was Sie haben, gilt weiter, und niemand kommt hinein."
    ),
    "sign in at {sign_in} with your name and password": "sich unter {sign_in} mit Name und Passwort anmelden",
    "where your second factor is asked for, choose the recovery pass and type the secret below": (
        "wo nach dem zweiten Faktor gefragt wird, den Wiederherstellungspass wählen und das Geheimnis unten eingeben"
    ),
    "set up a new factor": "einen neuen Faktor einrichten",
    "open {finish}": "{finish} öffnen",
    "choose a new password": "ein neues Passwort wählen",
    "sign in with it; your second factor is still asked for": (
        "sich damit anmelden; nach dem zweiten Faktor wird weiterhin gefragt"
    ),
    "You can now set this up: {what}.": "Sie können jetzt dies einrichten: {what}.",
    "Secret: {secret}": "Geheimnis: {secret}",
    "It works once, until {moment}. Nobody from us will ever ask you for it.": (
        "Es gilt einmal, bis {moment}. Von uns wird Sie nie jemand danach fragen."
    ),
    "If you did not ask for this, sign in as you always do: that makes the secret worthless.": (
        "Wenn Sie das nicht verlangt haben, melden Sie sich an wie immer: Das macht das Geheimnis wertlos."
    ),
    "The way back into your account": "Der Weg zurück in Ihr Konto",
    "An API token was made": "Ein API-Token wurde gemacht",
    "A program that has it can call the API in your name: {what}. Where you do not know it, revoke it.": (
        "Ein Programm, das ihn hat, kann die API in Ihrem Namen aufrufen: {what}. Wenn Sie ihn nicht kennen, "
        "widerrufen Sie ihn."
    ),
}
