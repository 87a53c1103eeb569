"""What notices, mails and factors say, in Chinese."""

from collections.abc import Mapping

# ruff: noqa: RUF001  # its own quotation marks and punctuation
CHINESE: Mapping[str, str] = {
    "Password": "密码",
    "Authenticator app": "身份验证器应用",
    "Code from the app": "应用中的验证码",
    "Hardware token": "硬件令牌",
    "Code from the token": "令牌上的验证码",
    "Serial number on its back": "背面的序列号",
    "YubiKey": "YubiKey",
    "Touch your YubiKey": "轻触您的 YubiKey",
    "Recovery code": "恢复码",
    "One of your recovery codes": "您的一个恢复码",
    "The codes were shown once. Make new ones if you did not keep them.": (
        "恢复码只显示过一次。如果没有保存，请重新生成。"
    ),
    "Recovery pass": "恢复凭证",
    "The secret from the letter or from the help desk": "信件或服务台提供的密钥",
    "Passkey or security key": "通行密钥或安全密钥",
    "Passkey": "通行密钥",
    "Prompt on your phone": "手机确认",
    "Code shown on the phone": "手机上显示的数字",
    "SMS": "短信",
    "Code from the SMS": "短信中的验证码",
    "Telephone call": "电话",
    "Code from the call": "电话中的验证码",
    "Telephone number, with + and country code": "电话号码（含 + 和国家代码）",
    "At least {0} characters; a few unrelated words make a good one.": (
        "至少 {0} 个字符；几个互不相关的词语就是好密码。"
    ),
    "At least {0} characters.": "至少 {0} 个字符。",
    "At most {0} bytes.": "最多 {0} 字节。",
    "Use a few words, avoid common phrases.": "使用几个词语，避免常见短语。",
    "No need for symbols, digits, or uppercase letters.": "不需要符号、数字或大写字母。",
    "Add another word or two.": "再加一两个词语。",
    "Uncommon words are better.": "不常见的词语更好。",
    "Capitalization doesn't help very much.": "大写字母帮助不大。",
    "All-uppercase is almost as easy to guess as all-lowercase.": "全部大写几乎和全部小写一样容易被猜到。",
    "Reversed words aren't much harder to guess.": "倒写的词语并不会更难猜。",
    "Predictable substitutions like '@' instead of 'a' don't help very much.": (
        "用“@”代替“a”之类可预测的替换帮助不大。"
    ),
    "Use a longer keyboard pattern with more turns.": "使用更长、转折更多的键盘图案。",
    "Avoid repeated words and characters.": "避免重复的词语和字符。",
    "Avoid sequences.": "避免使用连续序列。",
    "Avoid recent years.": "避免使用近年的年份。",
    "Avoid years that are associated with you.": "避免使用与您相关的年份。",
    "Avoid dates and years that are associated with you.": "避免使用与您相关的日期和年份。",
    (
        "Codes by telephone are the weakest of the second factors: a number can be taken over, and a code "
        "can be talked out of you. A passkey or an authenticator app is safer, and you can set one up beside "
        "this."
    ): (
        "通过电话接收验证码是最弱的第二因素：号码可能被盗用，验证码可能被骗取。"
        "通行密钥或身份验证器应用更安全，您可以同时设置。"
    ),
    "Client certificate": "客户端证书",
    "Your browser shows it": "由浏览器出示",
    "The certificate that this connection shows is set up. Nothing has to be typed.": (
        "将设置此连接所出示的证书。无需输入任何内容。"
    ),
    "Too many wrong tries at your account": "您的账户错误尝试过多",
    "Somebody gave a wrong {what} too often, so it cannot be tried for a while. Devices you know still work.": (
        "有人多次输入错误，因此暂时无法尝试：{what}。您熟悉的设备仍可正常使用。"
    ),
    "A way of signing in was switched off": "一种登录方式已被停用",
    "After very many wrong tries nobody can try your {what} any more until an administrator unlocks it.": (
        "错误尝试次数极多，在管理员解锁之前任何人都无法再尝试：{what}。"
    ),
    "A key of yours may have been copied": "您的一个密钥可能被复制",
    "Your key {what} answered with a counter that went back, as a copy of it would. It was switched off.": (
        "您的密钥 {what} 返回的计数器出现回退，如同复制品一样。它已被停用。"
    ),
    "A way of signing in is off, because it was reported lost": "一种登录方式因报告丢失而被停用",
    (
        "Your account was recovered, so {what} no longer signs in. If you still have it, remove it on your account "
        "page and set it up again."
    ): ("您的账户已恢复，因此 {what} 不能再用于登录。如果它仍在您手中，请在账户页面将其移除并重新设置。"),
    "A new factor was set up": "设置了新的因素",
    "Your account can now be proved by: {what}.": "现在可以用以下方式验证您的账户：{what}。",
    "A factor was removed": "移除了一个因素",
    "Your account can no longer be proved by: {what}.": "不能再用以下方式验证您的账户：{what}。",
    "A recovery code was used": "使用了一个恢复码",
    "Somebody signed in with your password and a recovery code or pass.": "有人使用您的密码和恢复码或恢复凭证登录。",
    "New recovery codes were made": "生成了新的恢复码",
    "Your old recovery codes no longer work.": "旧的恢复码已失效。",
    "Your password was changed": "您的密码已更改",
    "The old one no longer works, and other sessions ended.": "旧密码已失效，其他会话已结束。",
    "Your password was reset": "您的密码已重置",
    "An administrator gave your account a new password. All sessions ended.": (
        "管理员为您的账户设置了新密码。所有会话均已结束。"
    ),
    "Your factors were reset": "您的因素已重置",
    "An administrator removed the factors of your account so that you can set up new ones. All sessions ended.": (
        "管理员移除了您账户的因素，以便您重新设置。所有会话均已结束。"
    ),
    "A sign-in was reported: it was not you": "一次登录被举报：不是您本人",
    (
        "Somebody who knows your password tried to sign in, and you said on your phone that it was not you. "
        "All sessions ended and your phones are asked no more. Change your password, then connect your phone "
        "anew: a recovery code or an administrator lets you in."
    ): (
        "有人知道您的密码并尝试登录，您已在手机上表示不是您本人。所有会话均已结束，不再向您的手机发送请求。"
        "请更改密码，然后重新连接手机：可使用恢复码或请管理员帮助您登录。"
    ),
    "Somebody asked to recover your account": "有人请求恢复您的账户",
    (
        "In {what} whoever reads your mail can go on with it. Until then nothing changes. To stop it, press "
        "the button on your account page, use the link in the mail, or simply sign in as you always do."
    ): (
        "{what}后，能阅读您邮件的人可以继续操作。在此之前不会有任何变化。要阻止它，"
        "请点击账户页面上的按钮、使用邮件中的链接，或像往常一样登录即可。"
    ),
    "A recovery of your account was not begun": "您账户的恢复未启动",
    "Somebody asked for a way back into your account. It was not begun: {what}": (
        "有人请求恢复对您账户的访问，但未启动：{what}"
    ),
    "The help desk was asked to recover your account": "有人请服务台恢复您的账户",
    (
        "An administrator asked for a way back into your account; another one has to agree. To stop it, "
        "press the button on your account page or sign in as you always do."
    ): ("一位管理员请求恢复对您账户的访问；须由另一位管理员同意。要阻止它，请点击账户页面上的按钮，或像往常一样登录。"),
    "A way back into your account is open": "恢复账户的途径已开放",
    (
        "A one-time secret for {what} was handed out. To stop it, press the button on your account page or "
        "sign in as you always do."
    ): "已发放用于以下用途的一次性密钥：{what}。要阻止它，请点击账户页面上的按钮，或像往常一样登录。",
    "A recovery of your account was stopped": "您账户的恢复已被停止",
    "What was asked for does not happen, and a secret that was handed out is worth nothing.": (
        "所请求的操作不会执行，已发放的密钥也已作废。"
    ),
    "Your account was recovered": "您的账户已恢复",
    "The one-time secret was used for {what}.": "一次性密钥已用于：{what}。",
    "You said: this was not me": "您表示：这不是我",
    (
        "All sessions and tokens of your account ended. Second factors that were set up in the last {what} "
        "were switched off. At your next sign-in you choose a new password."
    ): "您账户的所有会话和令牌均已结束。最近{what}内设置的第二因素已停用。下次登录时请设置新密码。",
    "Set up a second factor": "请设置第二因素",
    "{what} Set one up on your account page.": "{what}请在账户页面设置。",
    "A change was taken back": "一项更改已撤销",
    "By the link in a mail, this was taken back: {what}. All sessions ended.": (
        "通过邮件中的链接撤销了以下内容：{what}。所有会话均已结束。"
    ),
    "Your mail address was changed": "您的电子邮件地址已更改",
    "Notices about your account now go to {what}.": "有关您账户的通知现在发送至 {what}。",
    "A sign-in from a new device": "来自新设备的登录",
    "Your account was used on a device it was not used on before.": "您的账户在一台此前未使用过的设备上被使用。",
    "A sign-in from an unusual place": "来自异常地点的登录",
    "Somebody signed in as you, or tried to, from a place that does not fit your other sign-ins: {what}.": (
        "有人以您的身份登录或尝试登录，其位置与您以往的登录不符：{what}。"
    ),
    "an unknown address": "未知地址",
    "When: {moment}, from {address}": "时间：{moment}，来自 {address}",
    (
        "If this was you, there is nothing to do. If it was not, change your password, end all sessions on "
        "your account page and tell your administrator."
    ): "如果是您本人的操作，无需任何处理。如果不是，请更改密码，在账户页面结束所有会话，并告知管理员。",
    "{0} hour": "{0} 小时",
    "{0} hours": "{0} 小时",
    "{0} minute": "{0} 分钟",
    "{0} minutes": "{0} 分钟",
    "{0} second": "{0} 秒",
    "{0} seconds": "{0} 秒",
    "a moment": "片刻",
    "a new password": "新密码",
    "new second factors": "新的第二因素",
    "You can sign in without one {0} more time.": "您还可以在没有第二因素的情况下登录 {0} 次。",
    "You can sign in without one {0} more times.": "您还可以在没有第二因素的情况下登录 {0} 次。",
    "factor added": "添加因素",
    "factor removed": "移除因素",
    "codes replaced": "更换恢复码",
    "password changed": "更改密码",
    "signed in": "登录",
    "{code} is your {site} code, good for {life}. Nobody will ask you for it.": (
        "{code} 是您的 {site} 验证码，{life}内有效。任何人都不会向您索取。"
    ),
    "Your {site} code is: {digits}. Nobody will ask you for it.": (
        "您的 {site} 验证码是：{digits}。任何人都不会向您索取。"
    ),
    "Your {site} code": "您的 {site} 验证码",
    "Something waits for your answer. Open this to look at it.": ("有请求等待您的回应。打开即可查看。"),
    "{site}: {subject}. If it was not you, read the mail about it or your account page.": (
        "{site}：{subject}。如果不是您本人的操作，请查看相关邮件或账户页面。"
    ),
    "Your code: {code}": "您的验证码：{code}",
    "Type it into the page of {site} that asked for it. It is good for {life}, and for one use.": (
        "请在 {site} 请求验证码的页面中输入。{life}内有效，只能使用一次。"
    ),
    "If you did not ask for it, somebody else typed your address: do nothing, and tell nobody the code.": (
        "如果不是您请求的，说明有人输入了您的地址：无需处理，也请勿将验证码告诉任何人。"
    ),
    "This was not you? Take it back:": "不是您本人？请撤销：",
    (
        "The page says what it will do, and asks for no password and no code. The link works once, for 72 "
        "hours. Keep it to yourself."
    ): "该页面会说明将执行的操作，不会要求密码或验证码。链接只能使用一次，72 小时内有效。请勿告诉他人。",
    "Somebody asked for this for your account: {what}.": "有人为您的账户请求：{what}。",
    "What happens next: on {moment} you get a mail that lets you go on.": (
        "接下来：您将在 {moment} 收到一封可继续操作的邮件。"
    ),
    "What happens next: another administrator has to agree before {moment}.": (
        "接下来：须由另一位管理员在 {moment} 之前同意。"
    ),
    "If this was not you, stop it now. Any of these will do:": "如果不是您本人，请立即阻止。以下任一方式均可：",
    "open {link} and press the button there": "打开 {link} 并点击其中的按钮",
    "on a device where you are signed in, open your account page": "在已登录的设备上打开账户页面",
    "sign in as you always do": "像往常一样登录",
    "For now nothing changes: what you have still works, and nobody gets in.": (
        "目前没有任何变化：您现有的方式仍然有效，任何人都无法进入。"
    ),
    "sign in at {sign_in} with your name and password": "在 {sign_in} 用用户名和密码登录",
    "where your second factor is asked for, choose the recovery pass and type the secret below": (
        "在要求第二因素时，选择恢复凭证并输入下方的密钥"
    ),
    "set up a new factor": "设置新的因素",
    "open {finish}": "打开 {finish}",
    "choose a new password": "设置新密码",
    "sign in with it; your second factor is still asked for": "用新密码登录；仍会要求第二因素",
    "You can now set this up: {what}.": "您现在可以设置：{what}。",
    "Secret: {secret}": "密钥：{secret}",
    "It works once, until {moment}. Nobody from us will ever ask you for it.": (
        "只能使用一次，有效期至 {moment}。我们绝不会向您索取。"
    ),
    "If you did not ask for this, sign in as you always do: that makes the secret worthless.": (
        "如果不是您请求的，请像往常一样登录：该密钥即作废。"
    ),
    "The way back into your account": "恢复您账户的途径",
    "An API token was made": "创建了一个 API 令牌",
    "A program that has it can call the API in your name: {what}. Where you do not know it, revoke it.": (
        "持有它的程序可以以您的名义调用 API：{what}。如果您不认识它，请吊销。"
    ),
}
