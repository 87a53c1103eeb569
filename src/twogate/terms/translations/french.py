"""What notices, mails and factors say, in French."""

from collections.abc import Mapping

# ruff: noqa: RUF001  # its own quotation marks and punctuation
FRENCH: Mapping[str, str] = {
    "Password": "Mot de passe",
    "Authenticator app": "Application d’authentification",
    "Code from the app": "Code de l’application",
    "Hardware token": "Jeton matériel",
    "Code from the token": "Code du jeton",
    "Serial number on its back": "Numéro de série au dos",
    "YubiKey": "YubiKey",
    "Touch your YubiKey": "Touchez votre YubiKey",
    "Recovery code": "Code de récupération",
    "One of your recovery codes": "L’un de vos codes de récupération",
    "The codes were shown once. Make new ones if you did not keep them.": (
        "Les codes ont été affichés une fois. Créez-en de nouveaux si vous ne les avez pas gardés."
    ),
    "Recovery pass": "Passe de récupération",
    "The secret from the letter or from the help desk": "Le secret reçu par message ou de l’assistance",
    "Passkey or security key": "Clé d’accès ou clé de sécurité",
    "Passkey": "Clé d’accès",
    "Prompt on your phone": "Demande sur votre téléphone",
    "Code shown on the phone": "Code affiché sur le téléphone",
    "SMS": "SMS",
    "Code from the SMS": "Code reçu par SMS",
    "Telephone call": "Appel téléphonique",
    "Code from the call": "Code reçu par appel",
    "Telephone number, with + and country code": "Numéro de téléphone, avec + et indicatif du pays",
    "At least {0} characters; a few unrelated words make a good one.": (
        "Au moins {0} caractères ; quelques mots sans rapport entre eux conviennent bien."
    ),
    "At least {0} characters.": "Au moins {0} caractères.",
    "At most {0} bytes.": "Au plus {0} octets.",
    "Use a few words, avoid common phrases.": "Utilisez quelques mots, évitez les expressions courantes.",
    "No need for symbols, digits, or uppercase letters.": "Symboles, chiffres ou majuscules ne sont pas nécessaires.",
    "Add another word or two.": "Ajoutez encore un mot ou deux.",
    "Uncommon words are better.": "Les mots rares sont préférables.",
    "Capitalization doesn't help very much.": "Les majuscules n’aident guère.",
    "All-uppercase is almost as easy to guess as all-lowercase.": (
        "Tout en majuscules se devine presque aussi facilement que tout en minuscules."
    ),
    "Reversed words aren't much harder to guess.": "Les mots inversés ne sont guère plus difficiles à deviner.",
    "Predictable substitutions like '@' instead of 'a' don't help very much.": (
        "Les substitutions prévisibles comme « @ » pour « a » n’aident guère."
    ),
    "Use a longer keyboard pattern with more turns.": "Utilisez un motif de clavier plus long, avec plus de détours.",
    "Avoid repeated words and characters.": "Évitez les mots et caractères répétés.",
    "Avoid sequences.": "Évitez les suites.",
    "Avoid recent years.": "Évitez les années récentes.",
    "Avoid years that are associated with you.": "Évitez les années liées à vous.",
    "Avoid dates and years that are associated with you.": "Évitez les dates et années liées à vous.",
    (
        "Codes by telephone are the weakest of the second factors: a number can be taken over, and a code "
        "can be talked out of you. A passkey or an authenticator app is safer, and you can set one up beside "
        "this."
    ): (
        "Les codes par téléphone sont le plus faible des seconds facteurs : un numéro peut être détourné, et "
        "un code vous être soutiré. Une clé d’accès ou une application d’authentification est plus sûre, et "
        "vous pouvez en configurer une à côté."
    ),
    "Client certificate": "Certificat client",
    "Your browser shows it": "Votre navigateur le présente",
    "The certificate that this connection shows is set up. Nothing has to be typed.": (
        "Le certificat présenté par cette connexion est configuré. Il n’y a rien à saisir."
    ),
    "Too many wrong tries at your account": "Trop d’essais incorrects sur votre compte",
    "Somebody gave a wrong {what} too often, so it cannot be tried for a while. Devices you know still work.": (
        "Quelqu’un a donné trop souvent une réponse incorrecte, elle ne peut donc pas être tentée pendant un "
        "moment : {what}. Les appareils que vous connaissez fonctionnent toujours."
    ),
    "A way of signing in was switched off": "Un moyen de connexion a été désactivé",
    "After very many wrong tries nobody can try your {what} any more until an administrator unlocks it.": (
        "Après de très nombreux essais incorrects, plus personne ne peut l’essayer tant qu’un administrateur "
        "ne l’a pas déverrouillé : {what}."
    ),
    "A key of yours may have been copied": "L’une de vos clés a peut-être été copiée",
    "Your key {what} answered with a counter that went back, as a copy of it would. It was switched off.": (
        "Votre clé {what} a répondu avec un compteur revenu en arrière, comme le ferait une copie. Elle a "
        "été désactivée."
    ),
    "A way of signing in is off, because it was reported lost": (
        "Un moyen de connexion est désactivé, car il a été déclaré perdu"
    ),
    (
        "Your account was recovered, so {what} no longer signs in. If you still have it, remove it on your account "
        "page and set it up again."
    ): (
        "Votre compte a été récupéré ; {what} ne permet donc plus de se connecter. Si vous l’avez encore, retirez-le "
        "sur la page de votre compte et configurez-le de nouveau."
    ),
    "A new factor was set up": "Un nouveau facteur a été configuré",
    "Your account can now be proved by: {what}.": "Votre compte peut désormais être prouvé par : {what}.",
    "A factor was removed": "Un facteur a été supprimé",
    "Your account can no longer be proved by: {what}.": "Votre compte ne peut plus être prouvé par : {what}.",
    "A recovery code was used": "Un code de récupération a été utilisé",
    "Somebody signed in with your password and a recovery code or pass.": (
        "Quelqu’un s’est connecté avec votre mot de passe et un code ou un passe de récupération."
    ),
    "New recovery codes were made": "De nouveaux codes de récupération ont été créés",
    "Your old recovery codes no longer work.": "Vos anciens codes de récupération ne fonctionnent plus.",
    "Your password was changed": "Votre mot de passe a été modifié",
    "The old one no longer works, and other sessions ended.": (
        "L’ancien ne fonctionne plus, et les autres sessions sont terminées."
    ),
    "Your password was reset": "Votre mot de passe a été réinitialisé",
    "An administrator gave your account a new password. All sessions ended.": (
        "Un administrateur a donné un nouveau mot de passe à votre compte. Toutes les sessions sont terminées."
    ),
    "Your factors were reset": "Vos facteurs ont été réinitialisés",
    "An administrator removed the factors of your account so that you can set up new ones. All sessions ended.": (
        "Un administrateur a supprimé les facteurs de votre compte pour que vous puissiez en configurer de "
        "nouveaux. Toutes les sessions sont terminées."
    ),
    "A sign-in was reported: it was not you": "Une connexion a été signalée : ce n’était pas vous",
    (
        "Somebody who knows your password tried to sign in, and you said on your phone that it was not you. "
        "All sessions ended and your phones are asked no more. Change your password, then connect your phone "
        "anew: a recovery code or an administrator lets you in."
    ): (
        "Quelqu’un qui connaît votre mot de passe a essayé de se connecter, et vous avez indiqué sur votre "
        "téléphone que ce n’était pas vous. Toutes les sessions sont terminées et vos téléphones ne sont "
        "plus sollicités. Changez votre mot de passe, puis reliez de nouveau votre téléphone : un code de "
        "récupération ou un administrateur vous laisse entrer."
    ),
    "Somebody asked to recover your account": "Quelqu’un a demandé à récupérer votre compte",
    (
        "In {what} whoever reads your mail can go on with it. Until then nothing changes. To stop it, press "
        "the button on your account page, use the link in the mail, or simply sign in as you always do."
    ): (
        "Dans {what}, la personne qui lit vos e-mails pourra continuer. D’ici là, rien ne change. Pour "
        "l’arrêter, appuyez sur le bouton de la page de votre compte, utilisez le lien de l’e-mail ou "
        "connectez-vous simplement comme d’habitude."
    ),
    "A recovery of your account was not begun": "Une récupération de votre compte n’a pas été lancée",
    "Somebody asked for a way back into your account. It was not begun: {what}": (
        "Quelqu’un a demandé un moyen de revenir dans votre compte. Cela n’a pas été lancé : {what}"
    ),
    "The help desk was asked to recover your account": "L’assistance a été priée de récupérer votre compte",
    (
        "An administrator asked for a way back into your account; another one has to agree. To stop it, "
        "press the button on your account page or sign in as you always do."
    ): (
        "Un administrateur a demandé un moyen de revenir dans votre compte ; un autre doit donner son "
        "accord. Pour l’arrêter, appuyez sur le bouton de la page de votre compte ou connectez-vous comme "
        "d’habitude."
    ),
    "A way back into your account is open": "Un moyen de revenir dans votre compte est ouvert",
    (
        "A one-time secret for {what} was handed out. To stop it, press the button on your account page or "
        "sign in as you always do."
    ): (
        "Un secret à usage unique a été remis pour : {what}. Pour l’arrêter, appuyez sur le bouton de la "
        "page de votre compte ou connectez-vous comme d’habitude."
    ),
    "A recovery of your account was stopped": "Une récupération de votre compte a été arrêtée",
    "What was asked for does not happen, and a secret that was handed out is worth nothing.": (
        "Ce qui a été demandé n’a pas lieu, et un secret déjà remis ne vaut plus rien."
    ),
    "Your account was recovered": "Votre compte a été récupéré",
    "The one-time secret was used for {what}.": "Le secret à usage unique a servi pour : {what}.",
    "You said: this was not me": "Vous avez dit : ce n’était pas moi",
    (
        "All sessions and tokens of your account ended. Second factors that were set up in the last {what} "
        "were switched off. At your next sign-in you choose a new password."
    ): (
        "Toutes les sessions et tous les jetons de votre compte sont terminés. Les seconds facteurs "
        "configurés dernièrement sont désactivés (période : {what}). À la prochaine connexion, vous "
        "choisirez un nouveau mot de passe."
    ),
    "Set up a second factor": "Configurez un second facteur",
    "{what} Set one up on your account page.": "{what} Configurez-en un sur la page de votre compte.",
    "A change was taken back": "Un changement a été annulé",
    "By the link in a mail, this was taken back: {what}. All sessions ended.": (
        "Par le lien d’un e-mail, ceci a été annulé : {what}. Toutes les sessions sont terminées."
    ),
    "Your mail address was changed": "Votre adresse e-mail a été modifiée",
    "Notices about your account now go to {what}.": "Les avis concernant votre compte vont désormais à {what}.",
    "A sign-in from a new device": "Une connexion depuis un nouvel appareil",
    "Your account was used on a device it was not used on before.": (
        "Votre compte a été utilisé sur un appareil où il ne l’avait pas encore été."
    ),
    "A sign-in from an unusual place": "Une connexion depuis un lieu inhabituel",
    "Somebody signed in as you, or tried to, from a place that does not fit your other sign-ins: {what}.": (
        "Quelqu’un s’est connecté en votre nom, ou a essayé, depuis un lieu qui ne cadre pas avec vos autres "
        "connexions : {what}."
    ),
    "an unknown address": "une adresse inconnue",
    "When: {moment}, from {address}": "Quand : {moment}, depuis {address}",
    (
        "If this was you, there is nothing to do. If it was not, change your password, end all sessions on "
        "your account page and tell your administrator."
    ): (
        "Si c’était vous, il n’y a rien à faire. Sinon, changez votre mot de passe, terminez toutes les "
        "sessions sur la page de votre compte et prévenez votre administrateur."
    ),
    "{0} hour": "{0} heure",
    "{0} hours": "{0} heures",
    "{0} minute": "{0} minute",
    "{0} minutes": "{0} minutes",
    "{0} second": "{0} seconde",
    "{0} seconds": "{0} secondes",
    "a moment": "un instant",
    "a new password": "un nouveau mot de passe",
    "new second factors": "de nouveaux seconds facteurs",
    "You can sign in without one {0} more time.": "Vous pouvez encore vous connecter {0} fois sans.",
    "You can sign in without one {0} more times.": "Vous pouvez encore vous connecter {0} fois sans.",
    "factor added": "facteur ajouté",
    "factor removed": "facteur supprimé",
    "codes replaced": "codes remplacés",
    "password changed": "mot de passe modifié",
    "signed in": "connecté",
    "{code} is your {site} code, good for {life}. Nobody will ask you for it.": (
        "{code} est votre code {site}, valable {life}. Personne ne vous le demandera."
    ),
    "Your {site} code is: {digits}. Nobody will ask you for it.": (
        "Votre code {site} est : {digits}. Personne ne vous le demandera."
    ),
    "Your {site} code": "Votre code {site}",
    "Something waits for your answer. Open this to look at it.": (
        "Quelque chose attend votre réponse. Ouvrez ceci pour le voir."
    ),
    "{site}: {subject}. If it was not you, read the mail about it or your account page.": (
        "{site} : {subject}. Si ce n’était pas vous, lisez l’e-mail à ce sujet ou la page de votre compte."
    ),
    "Your code: {code}": "Votre code : {code}",
    "Type it into the page of {site} that asked for it. It is good for {life}, and for one use.": (
        "Saisissez-le sur la page de {site} qui l’a demandé. Il est valable {life}, pour une seule utilisation."
    ),
    "If you did not ask for it, somebody else typed your address: do nothing, and tell nobody the code.": (
        "Si vous ne l’avez pas demandé, quelqu’un d’autre a saisi votre adresse : ne faites rien et ne "
        "communiquez le code à personne."
    ),
    "This was not you? Take it back:": "Ce n’était pas vous ? Annulez-le :",
    (
        "The page says what it will do, and asks for no password and no code. The link works once, for 72 "
        "hours. Keep it to yourself."
    ): (
        "La page indique ce qu’elle fera et ne demande ni mot de passe ni code. Le lien fonctionne une fois, "
        "pendant 72 heures. Gardez-le pour vous."
    ),
    "Somebody asked for this for your account: {what}.": "Quelqu’un a demandé ceci pour votre compte : {what}.",
    "What happens next: on {moment} you get a mail that lets you go on.": (
        "Ce qui se passe ensuite : le {moment}, vous recevrez un e-mail qui permet de continuer."
    ),
    "What happens next: another administrator has to agree before {moment}.": (
        "Ce qui se passe ensuite : un autre administrateur doit donner son accord avant {moment}."
    ),
    "If this was not you, stop it now. Any of these will do:": (
        "Si ce n’était pas vous, arrêtez-le maintenant. L’un de ces moyens suffit :"
    ),
    "open {link} and press the button there": "ouvrir {link} et appuyer sur le bouton",
    "on a device where you are signed in, open your account page": (
        "sur un appareil où vous êtes connecté, ouvrir la page de votre compte"
    ),
    "sign in as you always do": "vous connecter comme d’habitude",
    "For now nothing changes: what you have still works, and nobody gets in.": (
        "Pour l’instant, rien ne change : ce que vous avez fonctionne toujours, et personne n’entre."
    ),
    "sign in at {sign_in} with your name and password": (
        "vous connecter à {sign_in} avec votre nom et votre mot de passe"
    ),
    "where your second factor is asked for, choose the recovery pass and type the secret below": (
        "là où le second facteur est demandé, choisir le passe de récupération et saisir le secret ci-dessous"
    ),
    "set up a new factor": "configurer un nouveau facteur",
    "open {finish}": "ouvrir {finish}",
    "choose a new password": "choisir un nouveau mot de passe",
    "sign in with it; your second factor is still asked for": "vous connecter avec ; le second facteur reste demandé",
    "You can now set this up: {what}.": "Vous pouvez maintenant configurer ceci : {what}.",
    "Secret: {secret}": "Secret : {secret}",
    "It works once, until {moment}. Nobody from us will ever ask you for it.": (
        "Il fonctionne une fois, jusqu’au {moment}. Personne de chez nous ne vous le demandera jamais."
    ),
    "If you did not ask for this, sign in as you always do: that makes the secret worthless.": (
        "Si vous ne l’avez pas demandé, connectez-vous comme d’habitude : le secret perd alors toute valeur."
    ),
    "The way back into your account": "Le moyen de revenir dans votre compte",
    "An API token was made": "Un jeton d’API a été créé",
    "A program that has it can call the API in your name: {what}. Where you do not know it, revoke it.": (
        "Un programme qui l’a peut appeler l’API en votre nom : {what}. Si vous ne le connaissez pas, révoquez-le."
    ),
}
