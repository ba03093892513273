"""The expected response of every URL to each role; checked by `tests/test_rights.py`."""

# The columns. Kivivuori works in Vantaa and belongs to Perheliitto; the other organisation works in Rovaniemi.
ROLES = {
    "visitor": "not signed in",
    "pro": "signed in, without an organisation",
    "editor": "editor of Kivivuori",
    "admin": "admin of Kivivuori",
    "parent": "admin of Perheliitto",
    "oth-ed": "editor of the other organisation",
    "oth-ad": "admin of the other organisation",
    "coord": "coordinator of Vantaa and Kerava",
    "oth-co": "coordinator of Lapland",
    "super": "superuser",
}
# Answers:  ok    a page                        in   login required        away  redirect elsewhere
#           404   not found                     403  forbidden             post  only accepts POST
RIGHTS_TABLE = """
                                                visitor pro    editor admin  parent oth-ed oth-ad coord  oth-co super
# Public: the same for everybody
robots service-worker sitemap sitemap-section   ok
finding:* profiles:*                            ok
reports:service reports:service-thanks          ok
reports:organisation reports:organisation-thanks ok
about accessibility privacy terms               ok
# Handing over: lists belong to a device, or to the user who made them
referrals:service referrals:refer referrals:make-list referrals:given family:list family:list-in family:worker
                                                ok
POST referrals:make-list family:answer          ok
family:answer                                   away
service-link                                    away
referrals:forget                                post
referrals:templates                             in      ok
referrals:template-remove                       post
POST referrals:template-remove                  in      404    ok     ok     ok     404    404    404    404    404
referrals:list                                  404     ok     404
referrals:revoke                                post
POST referrals:revoke                           404     ok     404
# Kept searches: one of the professional without an organisation
searches:feed                                   ok
searches:searches searches:save                 in      ok
POST searches:save                              in      ok
searches:mail searches:remove                   post
POST searches:mail                              in      ok     404
POST searches:remove                            in      ok     404
# Service paths: one of Vantaa and Kerava, which is not published yet
paths:paths                                     ok
paths:path                                      404    404    404    404    404    404    404    ok     404    ok
paths:add                                       in      404    404    404    404    404    404    ok     ok     ok
POST paths:add                                  in      404    404    404    404    404    404    ok     ok     ok
paths:edit paths:remove paths:add-step paths:step paths:remove-step
                                                in      404    404    404    404    404    404    ok     404    ok
POST paths:{edit,publish,add-step,step,move-step,remove-step}
                                                in      404    404    404    404    404    404    ok     404    ok
POST paths:remove                               in      404    404    404    404    404    404    ok     404    ok
paths:publish paths:move-step                   post
manifest offline                                ok
to-language                                     away
confirming:confirm-by-link                      ok
people:invitation                               ok
usage:count                                     post
POST usage:count                                ok

# The user's own account
dashboard:account                               in      ok
people:add                                      ok
people:claim                                    ok      ok     away   away   away   ok     ok     ok     ok     ok
people:claim-withdraw                           post
POST people:claim-withdraw                      in      404
account_login account_signup                    ok      away
account_logout                                  away    ok
account_reset_password account_reset_password_done account_reset_password_from_key
                                                ok
account_reset_password_from_key_done account_inactive
                                                ok
account_email account_change_password mfa_index mfa_list_webauthn usersessions_list socialaccount_connections
                                                in      ok
account_reauthenticate                          in      ok
account_set_password                            in      away
account_email_verification_sent account_confirm_login_code mfa_authenticate mfa_login_webauthn
                                                in      away
socialaccount_signup                            in
socialaccount_login_cancelled socialaccount_login_error
                                                ok
mfa_activate_totp mfa_add_webauthn mfa_generate_recovery_codes mfa_reauthenticate_webauthn
                                                in
mfa_remove_webauthn mfa_edit_webauthn           in
mfa_reauthenticate                              in      in     in     in     in     in     in     ok     ok     ok
mfa_deactivate_totp                             in      404    404    404    404    404    404    in     in     in
mfa_view_recovery_codes mfa_download_recovery_codes
                                                in      404
openid_connect_login openid_connect_callback    404


# Members of Kivivuori
people:members                                  in      404    ok     ok     ok     404    404    ok     404    ok
POST people:members                             in      404    403    ok     ok     404    404    ok     404    ok
people:remove                                   in      404    403    ok     ok     404    404    ok     404    ok
POST people:role                                in      404    403    ok     ok     404    404    ok     404    ok
POST people:invitation-renew                    in      404    403    ok     ok     404    404    ok     404    ok
POST people:invitation-revoke                   in      404    403    ok     ok     404    404    ok     404    ok
people:role people:invitation-renew people:invitation-revoke
                                                post

# History of a service of Kivivuori; coordinators see all histories
history:record history:version                  in      404    ok     ok     ok     404    404    ok     ok     ok
POST history:version                            in      404    ok     ok     ok     404    404    ok     403    ok
history:deleted                                 in      404    ok     ok     ok     ok     ok     ok     ok     ok

# Confirmations and reports of Kivivuori
confirming:confirm reports:answer                    in      404    ok     ok     ok     404    404    ok     404    ok
POST confirming:confirm                         in      404    ok     ok     ok     404    404    ok     404    ok
POST reports:answer                             in      404    ok     ok     ok     404    404    ok     404    ok
POST dashboard:dismiss-answer                   in      404    ok     ok     ok     404    404    ok     404    ok
dashboard:dismiss-answer                        post

# Services of Kivivuori
editing:categories                              in      ok
editing:services editing:new editing:edit editing:preview editing:discard editing:places editing:place-new editing:place
editing:profile editing:profile-preview editing:profile-discard editing:contacts editing:contact-new editing:contact
editing:contact-remove
                                                in      404    ok     ok     ok     404    404    ok     404    ok
POST editing:{new,edit,publish,copy,end,discard,place-new,place,place-use}
editing:{profile,profile-publish,profile-discard,contact-new,contact,contact-move,contact-remove}
                                                in      404    ok     ok     ok     404    404    ok     404    ok
editing:publish editing:copy editing:end editing:profile-publish editing:contact-move editing:place-use
                                                post

# Usage of Kivivuori, and answers of families; coordinators see those about all of theirs
usage:organisation                              in      404    ok     ok     ok     404    404    ok     404    ok
usage:answers                                   in      404    404    404    404    404    404    ok     ok     ok

# The workbench: the taxonomy is shared by all coordinators
taxonomy:{tree,add,category,merge}              in      404    404    404    404    404    404    ok     ok     ok
POST taxonomy:{add,category,move,words,merge}   in      404    404    404    404    404    404    ok     ok     ok
POST taxonomy:undo-merger                       in      404
taxonomy:move taxonomy:words taxonomy:undo-merger
                                                post

# Admin
admin:index admin:app_list:organisations        in      403    403    403    403    403    403    ok     ok     ok
admin:app_list:services                         in      403    403    403    403    403    403    ok     ok     ok
admin:app_list:auth                             in      403    403    403    403    403    403    404    404    ok
admin:login                                     in      403    403    403    403    403    403    away   away   away
admin:logout                                    in      403    403    403    403    403    403    post   post   post
admin:jsi18n admin:password_change admin:password_change_done
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:autocomplete                              in      403    403    403    403    403    403    403    403    403
admin:view_on_site                              in      403    403    403    403    403    403    away   away   away
admin:organisations_wellbeingcounty_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:organisations_municipality_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:organisations_wellbeingcounty_{add,delete}
                                                in      403    403    403    403    403    403    403    403    403
admin:organisations_municipality_{add,delete}   in      403    403    403    403    403    403    403    403    403
admin:organisations_organisation_{changelist,add,change}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:organisations_organisation_history admin:services_service_history
                                                in      403    403    403    403    403    403    away   away   away
admin:services_servicelocation_history admin:services_category_history
                                                in      403    403    403    403    403    403    away   away   away
admin:organisations_organisation_delete         in      403    403    403    403    403    403    ok     403    ok
POST admin:organisations_organisation_change    in      403    403    403    403    403    403    ok     403    ok
admin:organisations_claim_changelist            in      403    403    403    403    403    403    ok     ok     ok
admin:organisations_claim_{change,history}      in      403    403    403    403    403    403    ok     404    ok
admin:organisations_claim_{add,delete}          in      403    403    403    403    403    403    403    403    403
POST admin:organisations_claim_change           in      403    403    403    403    403    403    ok     404    ok
admin:organisations_user_{changelist,add,change,history,delete}
                                                in      403    403    403    403    403    403    403    403    ok
admin:auth_user_password_change                 in      403    403    403    403    403    403    403    403    ok
admin:auth_group_{changelist,add,change,history,delete}
                                                in      403    403    403    403    403    403    403    403    ok
admin:services_service_{changelist,add,change}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_service_delete                   in      403    403    403    403    403    403    ok     403    ok
POST admin:services_service_change              in      403    403    403    403    403    403    ok     403    ok
admin:services_servicelocation_{changelist,add,change}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_servicelocation_delete           in      403    403    403    403    403    403    ok     403    ok
POST admin:services_servicelocation_change      in      403    403    403    403    403    403    ok     403    ok
admin:services_category_{changelist,add,change,delete,choices}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_categoryproposal_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_categoryproposal_{add,delete}    in      403    403    403    403    403    403    403    403    403
admin:services_concept_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_concept_{add,delete}             in      403    403    403    403    403    403    403    403    403
admin:services_importrun_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_importrun_{add,delete}           in      403    403    403    403    403    403    403    403    403
admin:services_linkcheck_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_linkcheck_{add,delete}           in      403    403    403    403    403    403    403    403    403
admin:services_mistakereport_changelist         in      403    403    403    403    403    403    ok     ok     ok
admin:services_mistakereport_{change,history}   in      403    403    403    403    403    403    ok     404    ok
admin:services_mistakereport_{add,delete}       in      403    403    403    403    403    403    403    403    403
admin:services_searchcount_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_searchcount_{add,delete}         in      403    403    403    403    403    403    403    403    403
"""
